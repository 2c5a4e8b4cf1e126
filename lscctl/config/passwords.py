"""Where a password comes from: the environment or the file, a command, a file of its own, the keyring, or a person who types it."""

import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

from lscctl.config.cluster import ClusterConfig
from lscctl.config.permissions import require_private
from lscctl.errors import UsageError

_SERVICE: Final = "lscctl"

INSTEAD_OF_A_KEYRING: Final = (
    "Set `password-command` to a program that prints it, such as a vault's, or `password-file` to a file that only you can read; "
    "or give LSCCTL_PASSWORD each time. lscctl's extra `keyring` adds the system's keyring."
)


def password(config: ClusterConfig, prompt: Callable[[str], str] | None) -> str:
    """The password: of the environment or the file, of the password command or file, of the keyring (extra `keyring`), or typed.

    `prompt` is asked with a question such as `Password of axl@cucm: `; None where nobody can type. Raises UsageError when
    there is none.
    """
    if config.password is not None:
        return config.password.get_secret_value()
    if config.password_command:
        return _printed_by(config.password_command)
    if config.password_file is not None:
        return _first_line_of(config.password_file)
    kept = _from_keyring(config)
    if kept is not None:
        return kept
    if prompt is not None:
        return prompt(f"Password of {config.user} at {config.host}: ")
    raise UsageError(
        f"no password for {config.user!r} at {config.host}",
        hint="Set LSCCTL_PASSWORD, `password-command` or `password-file` in the configuration, or the keyring entry "
        f"`keyring set {_SERVICE} {_entry(config)}`.",
    )


def _printed_by(command: tuple[str, ...]) -> str:
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, encoding="utf-8")  # noqa: S603 - the user's own
    except UnicodeDecodeError:
        raise UsageError(
            "password-command printed what is no text in UTF-8", hint=f"Try it in a shell: {shlex.join(command)}"
        ) from None
    except (OSError, subprocess.CalledProcessError) as error:
        raise UsageError(
            f"password-command failed: {error}", hint=f"Try it in a shell: {shlex.join(command)}"
        ) from error
    lines = done.stdout.splitlines()
    if not lines or not lines[0]:
        raise UsageError("password-command printed nothing", hint=f"Try it in a shell: {shlex.join(command)}")
    return lines[0]


def _first_line_of(path: Path) -> str:
    try:
        require_private(path, "holds a password")
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise UsageError(
            f"password-file {path} cannot be read: {reason}", hint="It holds the password on its first line."
        ) from None
    if not lines or not lines[0]:
        raise UsageError(f"password-file {path} holds nothing", hint="It holds the password on its first line.")
    return lines[0]


def keyring_is_there() -> bool:
    """Whether there is a keyring that can keep a password."""
    try:
        import keyring  # noqa: PLC0415 - an extra
    except ImportError:
        return False
    return bool(keyring.get_keyring().priority > 0)


def keep(config: ClusterConfig, secret: str) -> None:
    """Put the password into the keyring, where `password` finds it. Raises UsageError."""
    import keyring  # noqa: PLC0415 - an extra

    try:
        keyring.set_password(_SERVICE, _entry(config), secret)
    except keyring.errors.KeyringError as error:
        raise UsageError(f"the keyring does not take the password: {error}", hint=INSTEAD_OF_A_KEYRING) from error


def _entry(config: ClusterConfig) -> str:
    return f"{config.user}@{config.host}"


def _from_keyring(config: ClusterConfig) -> str | None:
    try:
        import keyring  # noqa: PLC0415 - an extra
    except ImportError:
        return None
    try:
        kept: str | None = keyring.get_password(_SERVICE, _entry(config))
    except keyring.errors.KeyringError:
        return None  # no keyring here, or a locked one: the next source is asked
    return kept
