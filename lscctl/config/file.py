"""The configuration file: where it is, reading it, and what is wrong with it."""

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import platformdirs
from pydantic import ValidationError

from lscctl.config.clusters import EXAMPLE, Config
from lscctl.config.permissions import require_private
from lscctl.config.tables import ClusterTable, FileTable, ProtectedTable, SettingsTable, Table, dashed
from lscctl.errors import UsageError

_TABLES: Final[Mapping[int, Mapping[str, type[Table]]]] = {
    1: {"defaults": SettingsTable, "protected": ProtectedTable},
    2: {"clusters": ClusterTable},
    3: {"clusters": ProtectedTable},
}
"""Which table stands where: by the length of its place, and the first word of it."""


def config_path(path: Path | None, environ: Mapping[str, str]) -> Path:
    """Where the configuration is looked for: `path`, LSCCTL_CONFIG, else the user's configuration folder."""
    named = environ.get("LSCCTL_CONFIG")
    return path or (Path(named) if named else platformdirs.user_config_path("lscctl") / "config.toml")


def load(path: Path | None, environ: Mapping[str, str]) -> Config:
    """Read the configuration: `path`, else LSCCTL_CONFIG, else the user's own file, which may be missing.

    Raises UsageError, which names file and key, for a file that was named but cannot be read, is no TOML, has an unknown key
    or a wrong value, or that holds a password and can be read by others.
    """
    where = config_path(path, environ)
    if path is None and not environ.get("LSCCTL_CONFIG") and not where.exists():
        return Config(where, {}, environ)
    content = read(where)
    _refuse_open_secrets(where, content)
    return Config(where, content, environ)


def read(path: Path) -> Mapping[str, Any]:
    """The file's content as TOML has it, every key and value checked. Raises UsageError."""
    return checked(text_of(path), path)


def text_of(path: Path) -> str:
    """The file's text. Raises UsageError."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}",
            hint="Name another file with --config or LSCCTL_CONFIG; `--cluster sim` needs none.",
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8: {error}", hint="Save it as UTF-8.") from error


def checked(text: str, path: Path) -> Mapping[str, Any]:
    """What the text of the file at `path` says, every key and value checked. Raises UsageError."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is not TOML: {error}", hint="https://toml.io shows how it is written.") from error
    try:
        FileTable.model_validate(content)
    except ValidationError as error:
        raise _explained(error, path) from None
    return content


def _refuse_open_secrets(path: Path, content: Mapping[str, Any]) -> None:
    tables = (content.get("defaults", {}), *content.get("clusters", {}).values())
    if any("password" in table for table in tables):
        require_private(path, "holds a password")


def _explained(error: ValidationError, path: Path) -> UsageError:
    first = error.errors(include_url=False, include_input=False)[0]
    location = [str(part) for part in first["loc"]]
    key = ".".join(location)
    if first["type"] == "extra_forbidden":
        known = _keys_of(location[:-1])
        near = difflib.get_close_matches(location[-1], known, n=1, cutoff=0.4)
        hint = f"Did you mean {near[0]!r}?" if near else f"Known are {', '.join(known)}."
        return UsageError(f"{path}: unknown key {key}", hint=hint)
    said = str(first["msg"]).removeprefix("Value error, ")
    return UsageError(f"{path}: {key}: {said}" if key else f"{path}: {said}", hint=_advice(first))


def _advice(problem: Mapping[str, Any]) -> str | None:
    return f"A cluster needs at least:\n\n{EXAMPLE}" if problem["type"] == "missing" else None


def _keys_of(location: list[str]) -> list[str]:
    table = _TABLES.get(len(location), {}).get(location[0] if location else "", FileTable)
    return [dashed(name) for name in table.model_fields]
