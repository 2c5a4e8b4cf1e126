"""What nodes print is read, also as people paste it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lscctl.trustlist import binary, text
from lscctl.trustlist.comparison import diff
from lscctl.trustlist.printing import as_text
from lscctl.trustlist.values import Kind, TrustList, TrustListError
from tests.trustlist.lists import itl, printed


def told(found: TrustList) -> list[tuple[object, ...]]:
    return [
        (
            one.number,
            one.function_name,
            one.subject,
            one.serial,
            one.signed,
            one.certificate_digest("sha1"),
            one.dns_name,
        )
        for one in found.records
    ]


def only(content: str) -> TrustList:
    (found,) = text.parse(content)
    return found


def test_a_printed_list_says_what_the_file_says() -> None:
    found, file = only(printed()), binary.parse(itl())
    assert diff(found, file) == ()
    assert found.kind is Kind.ITL
    assert found.header.version == "1.2"
    assert found.header.signer == file.header.signer
    assert found.header.signature == file.header.signature
    assert [one.function_name for one in found.records] == [one.function_name for one in file.records]
    assert [one.certificate_length for one in found.records] == [one.certificate_length for one in file.records]
    assert found.printed is not None
    assert (found.printed.length, found.printed.verdict, found.printed.cut) == (len(itl()), True, False)


def test_the_note_about_the_token_is_read_whole() -> None:
    other = printed().replace("This etoken was used", "This etoken was not used")
    assert only(printed()).records[0].signed is True
    assert only(other).records[0].signed is False


@pytest.mark.parametrize(
    "paste",
    [
        lambda shown: "\n".join(line for line in shown.splitlines() if line.strip()),
        lambda shown: "\n".join(" ".join(line.split()) for line in shown.splitlines()),
        lambda shown: " ".join(shown.split()),
        lambda shown: f"admin:show itl\n{shown}\nadmin:",
        lambda shown: "\n".join(f"  {line}   " for line in shown.splitlines()),
        lambda shown: "\n".join(
            line[at : at + 80] for line in shown.expandtabs().splitlines() for at in range(0, max(len(line), 1), 80)
        ),
    ],
    ids=["no-empty-lines", "no-columns", "one-line", "prompt", "indented", "folded-at-80"],
)
def test_a_paste_loses_nothing_that_counts(paste: object) -> None:
    found = only(paste(printed()))  # type: ignore[operator]
    assert told(found) == told(only(printed()))
    assert found.header.signature == only(printed()).header.signature
    assert found.printed is not None
    assert not found.printed.cut


def test_several_lists_in_one_text_stay_apart() -> None:
    both = text.parse(
        f"admin:show itl\n{printed()}admin:show ctl\n{printed(itl(file_name='CTLFile.tlv'), 'CTL')}admin:"
    )
    assert [one.kind for one in both] == [Kind.ITL, Kind.CTL]
    twice = text.parse(printed() + printed())
    assert told(twice[0]) == told(twice[1]) == told(only(printed()))


def test_a_list_that_the_node_does_not_have_is_told_so() -> None:
    from lscctl.simulator.node_console import show
    from tests.trustlist.lists import MODIFIED

    found = only(show("CTL", None, MODIFIED))
    assert found.kind is Kind.CTL
    assert found.records == ()
    assert found.printed is not None
    assert found.printed.problem == "not found; could not be parsed"


def test_a_text_that_is_cut_off_keeps_the_rest_and_says_so() -> None:
    shown = printed()
    middle = shown.index("ITL Record #:3")
    before, after = only(shown[:middle]), only(shown[middle:])
    assert [one.number for one in before.records] == [1, 2]
    assert [one.number for one in after.records] == [3, 4, 5]
    assert before.printed is not None
    assert after.printed is not None
    assert before.printed.cut
    assert after.printed.cut


def test_a_row_without_a_value_is_a_row() -> None:
    found = only(printed())
    assert found.records[0].public_key_length == 270
    assert found.records[0].public_key is None
    assert found.header.file_name == ""


def test_text_without_a_list_is_refused() -> None:
    with pytest.raises(TrustListError, match="line 1: no trust list in these 2 lines"):
        text.parse("Hello,\nplease find attached nothing.")


def test_printing_what_was_read_and_reading_it_again_is_the_identity() -> None:
    found = only(printed())
    assert only(as_text(found)) == found


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_mangled_paste_is_read_or_refused(data: st.DataObject) -> None:
    shown = printed()
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(shown)))
        match data.draw(st.sampled_from(("cut", "insert", "front", "back"))):
            case "cut":
                shown = shown[:at] + shown[at + data.draw(st.integers(1, 200)) :]
            case "insert":
                shown = shown[:at] + data.draw(st.text(max_size=10)) + shown[at:]
            case "front":
                shown = shown[at // 8 :]
            case "back":
                shown = shown[: len(shown) - at // 8]
    try:
        found = text.parse(shown)
    except TrustListError:
        return
    for one in found:
        assert text.parse(as_text(one)) == (one,)
