"""A smaller run of the fuzzer than the benchmark makes."""

import pytest

from benchmarks.fuzz import MOST_TIMES_THE_INPUT, STRAINS, chunk, strain


def test_mutants_are_read_or_refused_with_the_place() -> None:
    found = chunk((7, 4_000))
    assert found["violations"] == 0
    assert found["at_records"] / found["mutants"] > 0.5
    assert 0.1 < found["read"] / found["mutants"] < 0.9
    assert found["memory"] < MOST_TIMES_THE_INPUT


@pytest.mark.parametrize("name", STRAINS)
def test_what_strains_a_reader_takes_little_time_and_memory(name: str) -> None:
    outcome = strain(name, 2**16)
    assert not outcome.violation
    assert outcome.seconds < 30
    assert outcome.memory < MOST_TIMES_THE_INPUT
