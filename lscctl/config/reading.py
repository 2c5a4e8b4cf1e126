"""How a single setting is read: each function takes what the file says and gives the value, or a ValueError in words."""

import ipaddress
import re
import shlex
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lscctl.deadline import parse_duration
from lscctl.errors import UsageError
from lscctl.window import Windows

_Read = TypeVar("_Read")


def cluster_name(name: str, simulator: str) -> str:
    """A name by which `--cluster` can mean a cluster, beside those of the simulator."""
    if name.partition(":")[0] == simulator:
        raise ValueError(f"a cluster cannot be called {name}: that is the embedded CUCM")
    if "," in name or name != name.strip() or not name:
        raise ValueError(f"a cluster cannot be called {name!r}: --cluster takes names with commas between them")
    return name


def zone(name: str) -> str:
    """An IANA time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("is no IANA time zone such as Europe/Berlin") from None
    return name


def fingerprint(text: str) -> str:
    """A SHA-256 fingerprint, as 64 small hex digits."""
    digits = re.sub(r"[:\s]", "", text).lower()
    if not re.fullmatch(r"[0-9a-f]{64}", digits):
        raise ValueError("is no SHA-256 fingerprint: 64 hex digits, with or without colons")
    return digits


def proxy(url: str) -> str:
    """The URL of a proxy, '' for none. Raises ValueError without repeating it: it may hold a password."""
    try:
        found = urlsplit(url)
        said = not url or (found.scheme in ("http", "https") and found.hostname and found.port != 0)
    except ValueError:  # a port that is none
        said = False
    if not said:
        raise ValueError("is no URL of a proxy such as http://proxy.example.com:3128")
    return url


def network(text: str) -> str:
    """An IP address or network, as a network."""
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        raise ValueError(f"{text!r} is neither an IP address nor a network such as 10.1.2.0/24") from None


def ways(given: dict[str, str]) -> dict[str, str]:
    """Ways to doors; one that is for a network must lead to a network of the same size."""
    for key, way in given.items():
        if "/" in key and not _moves(key, way):
            raise ValueError(
                f'"{key}" = "{way}" does not map a network to one of the same size: "10.1.0.0/16" = "10.9.0.0/16"'
            )
    return given


def _moves(key: str, way: str) -> bool:
    sizes = []
    for text in (key, way):
        found = re.fullmatch(r"([^/]+/\d+)(?::(\d{1,5}))?", text)
        if found is None:
            return False
        try:
            sizes.append((ipaddress.ip_network(found[1]).num_addresses, found[2] is None))
        except ValueError:
            return False
    return sizes[0] == sizes[1]


def listed(given: object) -> object:
    """A list that may be written as one text with commas, as the environment has to."""
    return tuple(part.strip() for part in given.split(",") if part.strip()) if isinstance(given, str) else given


def windows(given: str | tuple[str, ...]) -> tuple[str, ...]:
    """Windows that can be understood, each text one or several with commas."""
    texts = (given,) if isinstance(given, str) else given
    try:
        Windows.parse(texts, option="window")
    except UsageError as error:
        raise ValueError(f"{error.message}. {error.hint}") from None
    return texts


def as_option(read: Callable[[str, str], _Read]) -> Callable[[str | int], _Read]:
    """A validator that reads a text, or a number, as the option of the same name would be."""

    def check(given: str | int) -> _Read:
        try:
            return read(str(given), "")
        except UsageError as error:
            raise ValueError(f"{error.message.strip()}. {error.hint}") from None

    return check


def duration(text: str) -> timedelta:
    """A duration, which may be none at all."""
    read = parse_duration(text)
    if read is None:
        raise ValueError(f"{text!r} is not a duration such as 30m, 4h or 2d")
    return read


def length_of_time(text: str) -> timedelta:
    """A duration in which something can happen."""
    read = duration(text)
    if read <= timedelta(0):
        raise ValueError(f"{text!r} is no time at all: give one such as 30m or 2h")
    return read


def as_command(command: str | tuple[str, ...], option: str) -> tuple[str, ...]:
    """A program and its arguments; a text is taken apart as a shell would. Raises UsageError naming `option`."""
    try:
        return tuple(shlex.split(command) if isinstance(command, str) else command)
    except ValueError as error:
        raise UsageError(
            f"{option} {command} is no command: {error}", hint="Quote it as for a shell, quotes in pairs."
        ) from error


def command(given: str | tuple[str, ...]) -> tuple[str, ...]:
    """A program and its arguments."""
    try:
        return as_command(given, "")
    except UsageError as error:
        raise ValueError(f"{error.message.strip()}. {error.hint}") from None
