"""Every end of a command: errors told in words, and the exit code that they carry."""

import errno
import re
import sys
import traceback
from collections.abc import Sequence
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

from lscctl.cli import log_format
from lscctl.errors import Interrupted, LscctlError


class ExplainingGroup(TyperGroup):
    """The command group that explains what goes wrong: `error: ...`, `hint: ...`, no traceback unless asked for."""

    debug = False

    def main(self, *args: Any, **settings: Any) -> NoReturn:
        """Carry a command line out; turn every error into words on stderr, and end with its exit code."""
        with log_format.of_one_command():
            sys.exit(self._ended(*args, **settings))

    def invoke(self, ctx: Any) -> Any:
        """Carry out the command that the line names; ctrl-C outside a run, which honours it, ends here."""
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, typer.Abort) as interruption:
            raise Interrupted("interrupted") from interruption

    def _ended(self, *args: Any, **settings: Any) -> int:
        self.debug = False
        try:
            log_format.heed_environment()
            return super().main(*args, **{**settings, "standalone_mode": False}) or 0
        except LscctlError as error:
            self._tell(error.message, error.hint)
            return error.exit_code
        except typer.TyperException as error:
            line = (args[0] if args else settings.get("args")) or sys.argv[1:]
            self._tell(_untold(error.format_message(), line), _where_to_read(error))
            return error.exit_code
        except Exception as fault:  # noqa: BLE001 - the last line of defence: told in words, exit 70
            explained = own_fault(fault)
            self._tell(explained.message, None if self.debug else explained.hint)
            return explained.exit_code

    def _tell(self, message: str, hint: str | None) -> None:
        from lscctl.cli.screen import Notices

        Notices().explain(message, hint, traceback.format_exc() if self.debug else "")


def own_fault(fault: Exception) -> LscctlError:
    """A fault of lscctl's own, in words; a full disk is none."""
    if isinstance(fault, OSError) and fault.errno in (errno.ENOSPC, errno.EDQUOT):
        from lscctl.cli.screen import OutputFailed

        return OutputFailed(f"what there is to tell cannot be written: {fault.strerror}", hint="Make room first.")
    first_line = str(fault).partition("\n")[0] or "no message"
    return LscctlError(
        f"lscctl itself failed: {type(fault).__name__}: {first_line}",
        hint="Run it again with --debug and report what it prints.",
    )


def remember_debug(context: typer.Context, wanted: bool) -> bool:
    """The callback of --debug: note it at the group that explains."""
    group = context.find_root().command
    if wanted and isinstance(group, ExplainingGroup):
        group.debug = True
    return wanted


def _untold(message: str, line: Sequence[str]) -> str:
    """The message without what somebody may have given as an authentication string, although no option takes one."""
    return re.sub(r"\b[0-9]{4,10}\b", "***", message) if "--ask-auth-string" in line else message


def _where_to_read(error: typer.TyperException) -> str | None:
    context = getattr(error, "ctx", None)
    return f"Try '{context.command_path} --help'." if context is not None else None
