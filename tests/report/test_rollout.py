from dataclasses import replace
from datetime import timedelta

from lscctl.report.interface import Block, Paragraph
from lscctl.report.rollout import rollout_blocks, rollout_record
from lscctl.rules import Limit, Rules, WaveBy, WritePath
from lscctl.window import Windows

WAVES = (("canary", 5), ("wave 2", 10), ("wave 3", 100))


def told(rules: Rules, *waves: tuple[str, int]) -> str:
    blocks: list[Block] = list(rollout_blocks(rules, waves or WAVES))
    return "\n".join(block.text for block in blocks if isinstance(block, Paragraph))


def test_the_waves_are_told_with_their_sizes_and_their_number() -> None:
    assert "3 waves: a canary of 5 phones, then 10, 100; at most 200 phones pending at once." in told(Rules())


def test_waves_of_one_size_are_told_together_and_many_waves_shortly() -> None:
    alike = [(f"wave {number}", 50) for number in range(2, 10)]
    assert "10 waves: a canary of 5 phones, then 8 times 50, 3;" in told(Rules(), ("canary", 5), *alike, ("wave 10", 3))
    assert "1 wave: a canary of 1 phone;" in told(Rules(), ("canary", 1))
    growing = [(f"wave {number}", 10 * 2**number) for number in range(8)]
    assert "8 waves of 10, 20, 40, 80, ... 1,280 phones;" in told(Rules(), *growing)


def test_sites_and_pauses_between_waves_are_told() -> None:
    rules = Rules(wave_by=WaveBy.DEVICE_POOL, pause_between=timedelta(minutes=10), max_rate=2.5)
    assert "then 10, 100, site by site, 10 min 0 s apart; " in told(rules)
    assert "at most 2.5 writes a second." in told(rules)


def test_the_gates_are_told_as_limits_of_their_options() -> None:
    text = told(Rules())
    assert "more than 5% of the phones (and more than 2) failed, or more than 1% of the phones did not" in text
    assert "in a wave or in all, more than 3 failed, or" in told(Rules(max_failures=Limit.parse("3")))


def test_a_window_is_told_with_whose_clock_it_goes_by() -> None:
    assert "written only" not in told(Rules())
    nights = Windows.parse(["mon-fri 22:00-05:00"])
    assert "Phones are written only mon-fri 22:00-05:00 by the cluster's clock." in told(Rules(windows=nights))
    assert "by each site's own clock." in told(Rules(windows=replace(nights, per_site=True)))


def test_writing_by_sql_comes_with_a_warning_of_what_it_skips() -> None:
    assert "AXL checks none of it" in told(Rules(write_path=WritePath.SQL))
    assert "AXL" not in told(Rules())


def test_programs_get_the_waves_and_every_rule_as_its_option_is_written() -> None:
    record = rollout_record(Rules(windows=Windows.parse(["22:00-05:00"])), WAVES)
    assert record == {
        "waves": [
            {"name": "canary", "phones": 5},
            {"name": "wave 2", "phones": 10},
            {"name": "wave 3", "phones": 100},
        ],
        "wave_by": "spread",
        "wave_timeout": 7200.0,
        "pause_between": 0.0,
        "window": ["22:00-05:00"],
        "window_zone": "cluster",
        "max_failures": "5% at least 2",
        "max_lost": "1%",
        "max_in_flight": 200,
        "max_rate": None,
        "write_path": "axl",
    }
