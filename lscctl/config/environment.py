"""The environment's part: LSCCTL_PORT sets `port`, and so on; and variables that look like one and are none."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Final

from lscctl.config.layers import Given, Layer, Origin, Source
from lscctl.config.tables import ClusterTable, dashed

_PREFIX: Final = "LSCCTL_"
_OF_THE_FILE: Final = ("connect-to", "protected")
"""Settings that are tables: a variable cannot hold them."""

OTHERS: Final = (
    "LSCCTL_CONFIG",
    "LSCCTL_CLUSTER",
    "LSCCTL_STATE_DIR",
    "LSCCTL_LOG_FORMAT",
    "LSCCTL_PLAIN",
    "LSCCTL_SIM_PASSWORD",
)
"""The variables that set nothing of a cluster."""

KEYS: Final = {
    f"{_PREFIX}{name.upper()}": dashed(name) for name in ClusterTable.model_fields if dashed(name) not in _OF_THE_FILE
}
"""`{variable: key of the file that it sets}`."""


def settings(environ: Mapping[str, str]) -> Layer:
    """What the environment sets; an empty variable sets nothing."""
    return {
        key: Given(environ[name], Origin(Source.ENVIRONMENT, name)) for name, key in KEYS.items() if environ.get(name)
    }


def unknown(environ: Mapping[str, str]) -> Iterator[str]:
    """A warning for each variable that looks like lscctl's and is none, with the nearest that is."""
    known = (*KEYS, *OTHERS)
    for name in sorted(environ):
        if name.startswith(_PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            yield f"the environment variable {name} means nothing to lscctl" + (f"; {near[0]} does" if near else "")


def without_password(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for another program, which the password is none of the business of."""
    return {name: value for name, value in environ.items() if name != f"{_PREFIX}PASSWORD"}
