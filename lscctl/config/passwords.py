"""Where a password comes from: the environment or the file, a command, the keyring, or a person who types it."""

import shlex
import subprocess
from collections.abc import Callable

from lscctl.config.cluster import ClusterConfig
from lscctl.errors import UsageError


def password(config: ClusterConfig, prompt: Callable[[str], str] | None) -> str:
    """The password: of the environment or the file, of the password command, of the keyring (extra `keyring`), or typed.

    `prompt` is asked with a question such as `Password of axl@cucm: `; None where nobody can type. Raises UsageError when
    there is none.
    """
    if config.password is not None:
        return config.password.get_secret_value()
    if config.password_command:
        return _printed_by(config.password_command)
    kept = _from_keyring(config)
    if kept is not None:
        return kept
    if prompt is not None:
        return prompt(f"Password of {config.user} at {config.host}: ")
    raise UsageError(
        f"no password for {config.user!r} at {config.host}",
        hint="Set LSCCTL_PASSWORD, `password-command` in the configuration, or the keyring entry "
        f"`keyring set lscctl {config.user}@{config.host}`.",
    )


def _printed_by(command: tuple[str, ...]) -> str:
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)  # noqa: S603 - the user's own
    except (OSError, subprocess.CalledProcessError) as error:
        raise UsageError(
            f"password-command failed: {error}", hint=f"Try it in a shell: {shlex.join(command)}"
        ) from error
    lines = done.stdout.splitlines()
    if not lines or not lines[0]:
        raise UsageError("password-command printed nothing", hint=f"Try it in a shell: {shlex.join(command)}")
    return lines[0]


def _from_keyring(config: ClusterConfig) -> str | None:
    try:
        import keyring  # noqa: PLC0415 - an extra
    except ImportError:
        return None
    try:
        kept: str | None = keyring.get_password("lscctl", f"{config.user}@{config.host}")
    except keyring.errors.KeyringError:
        return None  # no keyring here, or a locked one: the next source is asked
    return kept
