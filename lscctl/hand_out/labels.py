"""The hand-out as a page of labels: to print, cut, and give to whoever goes to the phones."""

from base64 import b64encode
from hashlib import sha256
from html import escape
from html.parser import HTMLParser

from lscctl.auth_string import AuthString
from lscctl.hand_out.sheet import HandOut, Label
from lscctl.report.wording import count, visible

_STYLE = """
:root { color-scheme: light; font-family: system-ui, sans-serif; font-size: 11pt; }
body { margin: 12mm; color: #000; background: #fff; }
h1 { font-size: 15pt; margin: 0 0 2mm; }
header p { max-width: 175mm; margin: 0 0 2mm; }
ul { display: grid; grid-template-columns: 1fr 1fr; margin: 4mm 0 0; padding: 0; list-style: none;
     border-top: 1px dashed #777; border-left: 1px dashed #777; }
li { padding: 4mm; border-right: 1px dashed #777; border-bottom: 1px dashed #777; break-inside: avoid;
     overflow-wrap: anywhere; }
li p { margin: 0 0 1mm; }
.phone { font-weight: 700; font-family: ui-monospace, monospace; }
.string { font: 700 20pt ui-monospace, monospace; letter-spacing: .12em; margin: 2mm 0; }
.how { font-size: 8.5pt; }
@page { size: auto; margin: 10mm; }
@media print { body { margin: 0; } }
@media (max-width: 40rem) { ul { grid-template-columns: 1fr; } }
"""

_HOW = (
    "Settings, Applications or Apps key, Admin settings, Security setup (older phones: Settings, Security Configuration, unlocked "
    "with **#), LSC, Select or Update. Type the string, then Submit."
)
"""As the administration guides of 7800, 8800 and 8831 phones have it; that 7900 phones call the last two alike is *assumed*."""
_TRIES = "Ten wrong tries lock the phone for ten minutes. The string is for this phone, and serves once."


def written(hand_out: HandOut) -> str:
    """The page: one file that fetches nothing. Texts are escaped."""
    policy = f"default-src 'none'; style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'"
    phones = count(len(hand_out.labels), "phone")
    head = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Authentication strings, run {hand_out.run}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f'<body data-hand-out="{escape(hand_out.seal)}">\n<header>\n'
        f"<h1>Authentication strings for {phones} of {_text(hand_out.cluster)}, run {hand_out.run}</h1>\n"
        "<p>Each string is to be typed on its own phone once lscctl has written and restarted it, before its deadline. "
        "Keep this page as you keep passwords, and destroy it once the phones are done. lscctl needs the file, just as it is, "
        "to go on with the run.</p>\n</header>\n<ul>\n"
    )
    return head + "".join(_label(label, hand_out.until) for label in hand_out.labels) + "</ul>\n</body>\n</html>\n"


def _label(label: Label, until: str) -> str:
    places = " &middot; ".join(_text(part) for part in (label.model, label.device_pool, label.location) if part)
    string = label.string.reveal()
    return (
        f'<li data-phone="{_text(label.name)}" data-string="{string}">\n<p class="phone">{_text(label.name)}</p>\n'
        f'<p>{_text(label.description)}</p>\n<p>{places}</p>\n<p class="string">{string}</p>\n'
        f'<p class="how">By {_text(until)}. {_HOW} {_TRIES}</p>\n</li>\n'
    )


def _text(text: str) -> str:
    return escape(visible(text))


def are_labels(text: str) -> bool:
    """Whether the text is such a page, and no CSV."""
    return text.startswith("<!DOCTYPE html>")


def read(text: str) -> dict[str, AuthString]:
    """`{phone name: string}` of such a page. Raises ValueError, which tells no string; also for a phone with two of them, and for
    one that two phones have, as where pages were put together."""
    reader = _Reader()
    try:
        reader.feed(text)
        reader.close()
    except AssertionError:  # what Python's parser says of declarations that it does not know
        raise ValueError("it is no page such as lscctl writes") from None
    if not reader.strings:
        raise ValueError("it has no labels such as lscctl writes")
    return reader.strings


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.strings: dict[str, AuthString] = {}
        self._names: dict[str, str] = {}
        self._phones: dict[AuthString, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "li" and given.get("data-phone"):
            self._take(str(given["data-phone"]), AuthString(given.get("data-string") or ""))

    def _take(self, name: str, string: AuthString) -> None:
        before = self._names.setdefault(name.casefold(), name)
        if self.strings.setdefault(before, string) != string:
            raise ValueError(f"{name} has a second authentication string in it")
        if (other := self._phones.setdefault(string, before)) != before:
            raise ValueError(f"{other} and {name} have the same authentication string in it")
