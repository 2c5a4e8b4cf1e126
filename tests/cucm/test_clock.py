from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lscctl.cucm.clock import BOTH_CLOCKS, LOCAL_CLOCK, ZONE, corrected, measure
from lscctl.cucm.faults import AxlFault
from lscctl.cucm.sql import Sql
from lscctl.deadline import ClusterClock
from lscctl.errors import UsageError

OURS = datetime(2026, 7, 1, 12, 0, tzinfo=UTC).timestamp()


class Server:
    """A cluster's clock: `ahead` of ours by seconds, in `zone`, calling it `called`; `dbinfo` False refuses UTC."""

    def __init__(
        self, zone: str, *, ahead: float = 0.0, called: str | None = None, dbinfo: bool = True, ours: float = OURS
    ) -> None:
        self.zone, self.ahead, self.dbinfo, self.ours = ZoneInfo(zone), ahead, dbinfo, ours
        self.called = zone if called is None else called

    def query(self, statement: Sql) -> Sequence[Mapping[str, str]]:
        now = datetime.fromtimestamp(self.ours + self.ahead, UTC)
        local = now.astimezone(self.zone).strftime("%Y-%m-%d %H:%M:%S")
        if statement == BOTH_CLOCKS:
            if not self.dbinfo:
                raise AxlFault(-1, "Routine (dbinfo) can not be resolved.", "executeSQLQuery")
            return [{"utc": str(int(now.timestamp())), "clock": local}]
        if statement == LOCAL_CLOCK:
            return [{"clock": f"{local}.000"}]
        assert statement == ZONE
        return [{"zone": self.called}] if self.called else []

    def now(self) -> float:
        return self.ours


@pytest.mark.parametrize("dbinfo", [True, False])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "UTC"])
@pytest.mark.parametrize("configured", [True, False])
def test_the_cluster_s_local_time_is_right_whichever_way_it_is_found(zone: str, dbinfo: bool, configured: bool) -> None:
    server = Server(zone, ahead=200.0, dbinfo=dbinfo)
    measured = measure(server.query, zone=zone if configured else None, now=server.now)
    expected = datetime.fromtimestamp(OURS + 200, ZoneInfo(zone))
    assert abs(measured.clock.local() - expected) <= timedelta(seconds=1)
    assert measured.clock.zone_known
    assert str(measured.clock.zone) == zone
    assert any("does not tell UTC" in note for note in measured.notes) is not dbinfo


@pytest.mark.parametrize("dbinfo", [True, False])
@pytest.mark.parametrize("called", ["", "Mars/Olympus", "America/New_York", "(GMT+2:00) Berlin"])
def test_a_zone_that_the_cluster_does_not_name_rightly_leaves_today_s_offset(called: str, dbinfo: bool) -> None:
    server = Server("Europe/Berlin", called=called, dbinfo=dbinfo)
    measured = measure(server.query, zone=None, now=server.now)
    assert not measured.clock.zone_known
    assert measured.clock.local().utcoffset() == timedelta(hours=2)
    assert "UTC+02:00" in measured.notes[-1]
    assert "set `zone` in the configuration" in measured.notes[-1]


def test_the_local_time_is_right_even_where_our_own_clock_is_far_off() -> None:
    server = Server("Europe/Berlin", ahead=5 * 3600.0 + 7, called="", dbinfo=False)
    measured = measure(server.query, zone=None, now=server.now)
    expected = datetime.fromtimestamp(OURS + server.ahead, ZoneInfo("Europe/Berlin")).replace(tzinfo=None)
    assert abs(measured.clock.local().replace(tzinfo=None) - expected) <= timedelta(seconds=1)


def test_a_configured_zone_that_is_not_the_cluster_s_is_refused() -> None:
    server = Server("Europe/Berlin")
    with pytest.raises(
        UsageError, match="zone America/New_York is not the cluster's: its clock shows 14:00, there it is 08:00"
    ):
        measure(server.query, zone="America/New_York", now=server.now)


def test_in_the_hour_that_comes_twice_utc_tells_which_one_it_is() -> None:
    for utc in (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)):
        server = Server("Europe/Berlin", ours=utc.timestamp())
        for zone in (None, "Europe/Berlin"):
            measured = measure(server.query, zone=zone, now=server.now)
            assert abs(measured.clock.utc() - utc) <= timedelta(seconds=1)
            assert measured.clock.zone_known


def test_a_clock_that_is_none_is_said_so() -> None:
    def query(statement: Sql) -> list[dict[str, str]]:
        return [{"utc": "1", "clock": "now"}]

    with pytest.raises(UsageError, match="'now', which is no date and time"):
        measure(query, zone=None, now=lambda: OURS)


@pytest.mark.parametrize("zone", [None, "Europe/Berlin"])
@pytest.mark.parametrize(("ahead", "words"), [(7_200.0, "2.0 h ahead of"), (-600.0, "10 min behind"), (20.0, "")])
def test_a_cluster_whose_clock_is_off_says_so(zone: str | None, ahead: float, words: str) -> None:
    server = Server("Europe/Berlin", ahead=ahead)
    notes = [note for note in measure(server.query, zone=zone, now=server.now).notes if "this computer's" in note]
    assert len(notes) == bool(words)
    assert all(words in note for note in notes)


def test_a_clock_that_is_days_off_is_no_time_zone() -> None:
    server = Server("Pacific/Chatham", ahead=3 * 86_400.0, dbinfo=False)
    with pytest.raises(UsageError, match="no time zone is that far"):
        measure(server.query, zone=None, now=server.now)


@pytest.mark.parametrize("jump", [-7200.0, -60.0, 90.0, 3600.0, 86_400.0])
def test_a_cluster_s_clock_that_was_set_meanwhile_is_followed(jump: float) -> None:
    clock = ClusterClock(ZoneInfo("Europe/Berlin"), ahead=10.0, now=lambda: OURS)
    told = (datetime.fromtimestamp(OURS + 10 + jump, UTC)).astimezone(clock.zone).strftime("%Y-%m-%d %H:%M:%S")
    assert abs(corrected(clock, told, OURS, OURS).ahead - (10 + jump)) <= 1


@pytest.mark.parametrize("took", [0.0, 30.0])
def test_a_clock_that_agrees_stays_as_it_was_measured_however_slow_the_answer(took: float) -> None:
    clock = ClusterClock(ZoneInfo("Europe/Berlin"), ahead=10.25, now=lambda: OURS)
    told = clock.local().strftime("%Y-%m-%d %H:%M:%S")
    assert corrected(clock, told, OURS, OURS + took) is clock
    assert corrected(clock, told, OURS - took, OURS) is clock


def test_the_hour_that_comes_twice_is_read_as_the_one_that_it_is() -> None:
    for hour in (0, 1):  # 02:30 in Berlin, first in summer time, then in winter time
        at = datetime(2026, 10, 25, hour, 30, tzinfo=UTC).timestamp()
        clock = ClusterClock(ZoneInfo("Europe/Berlin"), now=lambda at=at: at)  # type: ignore[misc]
        assert corrected(clock, "2026-10-25 02:30:00", at, at) is clock
