"""Distinguished names as lists, nodes and certificates write them, each in its own way."""

import re


def name_parts(name: str) -> frozenset[str]:
    """The parts of a distinguished name, in whatever order and with whatever sign between them: `CN=a;O=b`, `O=b,CN=a`."""
    parts = re.split(r"(?<!\\)[;,]", name)
    return frozenset(re.sub(r"\s+", " ", part.replace("\\", "")).strip().casefold() for part in parts if part.strip())


def common_name(name: str) -> str:
    """The common name in a distinguished name, the name itself where it has none."""
    found = re.search(r"(?i)(?:^|[;,])\s*CN=(\"[^\"]*\"|[^;,]*)", name)
    return (found[1].strip().strip('"') if found else "") or name
