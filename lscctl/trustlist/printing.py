"""Printed lists back to text, as a node prints them but for blanks."""

from collections.abc import Iterator

from lscctl.trustlist.values import Field, Kind, Printed, TrustList


def as_text(trust_list: TrustList) -> str:
    """Print a list that a node printed, as it did but for blanks. Raises ValueError for one from a file."""
    printed = trust_list.printed
    if printed is None:
        raise ValueError("a file has more to say than a node prints")
    name = "" if trust_list.kind is Kind.UNKNOWN else trust_list.kind.value
    return "\n".join([*_preamble(printed, name), *_body(trust_list, name), *_ending(printed, name), ""])


def _preamble(printed: Printed, name: str) -> Iterator[str]:
    if printed.md5 or printed.sha1:
        yield f"The checksum value of the {name} file:"
        if printed.md5:
            yield f"{printed.md5}(MD5)"
        if printed.sha1:
            yield f"{printed.sha1}(SHA1)"
        yield ""
    if printed.length is not None:
        yield f"Length of {name} file: {printed.length}"
    if printed.modified:
        yield f"The {name} File was last modified on {printed.modified}"
    if "not found" in printed.problem:
        yield f"{name} File not found."


def _body(trust_list: TrustList, name: str) -> Iterator[str]:
    header = trust_list.header
    if name and (header.version or header.length is not None or header.fields or trust_list.records):
        yield from ("", f"\tParse {name} File", "\t" + "-" * 16, "")
    if header.version:
        yield f"Version:\t{header.version}"
    if header.length is not None:
        yield f"HeaderLength:\t{header.length} (BYTES)"
    if header.fields:
        yield from _rows(header.fields)
    for record in trust_list.records:
        if record.number:
            yield from ("", f"\t{name} Record #:{record.number}", "\t----")
        yield from _rows(record.fields)
        if record.signed is not None:
            yield f"This etoken was {'' if record.signed else 'not '}used to sign the {name} file."


def _rows(rows: tuple[Field, ...]) -> Iterator[str]:
    yield from ("BYTEPOS\tTAG\t\tLENGTH\tVALUE", "-------\t---\t\t------\t-----")
    for row in rows:
        parts = (str(row.tag), row.name, "" if row.length is None else str(row.length), _text(row))
        yield "\t".join(part for part in parts if part)


def _ending(printed: Printed, name: str) -> Iterator[str]:
    if "parsed" in printed.problem:
        yield f"Error parsing the {name} File."
    if printed.verdict is not None:
        yield f"\nThe {name} file was {'' if printed.verdict else 'not '}verified successfully."


def _text(row: Field) -> str:
    return row.value if isinstance(row.value, str) else ""
