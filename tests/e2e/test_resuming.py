"""Runs that are resumed once more than needed."""

from collections.abc import Callable

from tests.e2e.conftest import Site


def test_a_finished_run_that_is_resumed_stays_finished_however_many_phones_failed_in_it(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(fail=("failed=100%",))
    one_wave = ("--canary", "0", "--waves", "rest", "--max-failures", "0")
    assert site.lscctl("bulk-install", "--cluster", "lab", "--model", "8841", "--yes", *one_wave).exit_code == 1
    assert "gate-closed" in site.lscctl("runs", "list", "--format", "json").out
    for _ in range(2):
        assert site.lscctl("runs", "resume", "1").exit_code == 1
        assert '"finished"' in site.lscctl("runs", "list", "--format", "json").out
