"""GitHub's own reader of Markdown shows each text letter by letter, links included that it would make by itself."""

import subprocess

import pytest
from lxml import etree

from lscctl.report.interface import Paragraph, Tone
from tests.report.nasty import NASTY
from tests.report.test_markdown import grid, markdown, plain
from tests.system.conftest import tool

TEXTS = [text for text in NASTY if plain(text) and "\uffff" not in text]  # which its XML cannot hold


def read(text: str) -> list[etree._Element]:
    """The blocks of a text, with all that GitHub adds to CommonMark."""
    extensions = [part for name in ("table", "autolink", "strikethrough", "tasklist") for part in ("-e", name)]
    ran = subprocess.run(
        [tool("cmark-gfm"), "-t", "xml", *extensions], input=text.encode(), capture_output=True, timeout=30, check=True
    )
    return list(etree.fromstring(ran.stdout))


def kind(element: etree._Element) -> str:
    return etree.QName(element).localname


def shown(element: etree._Element) -> str:
    assert {kind(part) for part in element} <= {"text"}, etree.tostring(element)
    return "".join(part.text or "" for part in element).replace("\u200b", "").strip()


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_shown_letter_by_letter_wherever_it_stands(text: str) -> None:
    paragraph, heading, table = read(markdown(Paragraph(text), Paragraph(text, Tone.TITLE), grid((text, text))))
    assert [kind(paragraph), kind(heading), kind(table)] == ["paragraph", "heading", "table"]
    assert shown(paragraph) == shown(heading) == plain(text)
    _, row = table
    assert [shown(cell) for cell in row] == [plain(text)] * 2
