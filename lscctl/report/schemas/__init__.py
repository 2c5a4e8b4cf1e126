"""The published JSON Schemas, one file for each kind of answer: `KIND.json`.

Each describes the whole JSON answer, and in `#/$defs/line` one line of NDJSON. Keys stand in the order in which they are written.
"""

from importlib.resources import files

_SUFFIX = ".json"


def kinds() -> tuple[str, ...]:
    """The kinds of answers that there are, by name."""
    names = [file.name for file in files(__name__).iterdir()]
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX)))


def text_of(kind: str) -> str:
    """The schema of one of these kinds, as JSON."""
    return files(__name__).joinpath(kind + _SUFFIX).read_text(encoding="utf-8")
