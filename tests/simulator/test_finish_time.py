from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.simulator.clock import ManualClock
from lscctl.simulator.finish_time import MalformedFinishTimeError, epoch_of, to_the_hour
from tests.simulator.lab import START

CLOCK = ManualClock(START, "UTC")
MOMENTS = st.integers(0, 4_000_000_000 // 60).map(lambda minutes: datetime.fromtimestamp(minutes * 60, tz=UTC))


@given(MOMENTS)
def test_what_is_written_is_what_is_read(moment: datetime) -> None:
    text = f"{moment:%Y:%m:%d:%H:%M}"
    hour = moment.replace(minute=0).timestamp()
    assert epoch_of(text, CLOCK, "minutes") == moment.timestamp()
    assert epoch_of(text, CLOCK, "seconds") == hour + moment.minute
    assert epoch_of(text, CLOCK, "ignored") == epoch_of(to_the_hour(text), CLOCK, "minutes") == hour


@given(st.text(alphabet="0123456789:-/ TZx٣", max_size=20))
def test_any_text_is_a_time_or_malformed(text: str) -> None:
    try:
        epoch = epoch_of(text, CLOCK, "minutes")
    except MalformedFinishTimeError:
        return
    assert f"{CLOCK.local_at(epoch):%Y}" == text.strip()[:4]


def test_a_time_is_the_publishers_wall_clock() -> None:
    berlin = ManualClock(START, "Europe/Berlin")
    assert epoch_of("2026:09:22:06:00", CLOCK, "minutes") - epoch_of("2026:09:22:06:00", berlin, "minutes") == 7_200


@pytest.mark.parametrize("text", ["2026:09:22:06:60", "0000:01:01:00", "2026:02:30:00:00", "2026:09:22:06:00:00"])
def test_no_such_time_is_malformed(text: str) -> None:
    with pytest.raises(MalformedFinishTimeError):
        epoch_of(text, CLOCK, "minutes")
