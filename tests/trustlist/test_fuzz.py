"""A smaller run of the fuzzer and of the bit flips than the benchmarks make."""

from benchmarks.fuzz import chunk


def test_mutants_are_read_or_refused_with_the_place() -> None:
    found = chunk((7, 4_000))
    assert found["violations"] == 0
    assert found["at_records"] / found["mutants"] > 0.5
    assert 0.1 < found["read"] / found["mutants"] < 0.9
    assert found["memory"] < 64
