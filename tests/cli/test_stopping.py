import os
import signal

import pytest

from lscctl.cli.stopping import stop_on_signals
from lscctl.cucm.faults import RoleMissing
from lscctl.rollout.stop import Stop
from tests.cli.conftest import Lscctl
from tests.cli.lab import LabCluster


@pytest.mark.parametrize(
    ("number", "why"), [(signal.SIGINT, "ctrl-C"), (signal.SIGTERM, "SIGTERM"), (signal.SIGHUP, "SIGHUP")]
)
def test_a_signal_becomes_a_wish_to_stop_and_the_old_handler_is_back_afterwards(
    number: signal.Signals, why: str
) -> None:
    before = signal.getsignal(number)
    stop = Stop()
    with stop_on_signals(stop):
        os.kill(os.getpid(), number)
        assert stop.why == why
        assert not stop.at_once
    assert signal.getsignal(number) is before


def test_the_third_ctrl_c_is_not_argued_with() -> None:
    stop = Stop()
    with stop_on_signals(stop):
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        assert stop.at_once
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_an_interrupted_run_tells_what_is_under_way_and_ends_with_130(lab: LabCluster, lscctl: Lscctl) -> None:
    lab.never_end = True
    lab.time.whenever_asleep = lambda: os.kill(os.getpid(), signal.SIGTERM)
    ran = lscctl("bulk-install", "--model", "8845", "--yes")
    assert ran.exit_code == 130, ran.output
    assert "stopping: SIGTERM" in ran.stderr
    assert "error: stopped by SIGTERM; 3 phones under way" in ran.stderr
    assert "Stopped early" in ran.stdout


def test_a_run_that_is_interrupted_between_its_waves_says_that_no_phone_is_under_way(
    lab: LabCluster, lscctl: Lscctl
) -> None:
    began = lab.time.at

    def asleep() -> None:
        if lab.time.at > began + 1_800:
            os.kill(os.getpid(), signal.SIGTERM)

    lab.time.whenever_asleep = asleep
    ran = lscctl(
        "bulk-install", "--model", "8845", "--canary", "1", "--waves", "rest", "--pause-between", "1h", "--yes"
    )
    assert ran.exit_code == 130, ran.output
    assert "error: stopped by SIGTERM; no phone under way\n" in ran.stderr
    assert len(lab.written) == 1


def test_phones_that_were_written_and_not_applied_are_told_apart_from_those_under_way(
    lab: LabCluster, lscctl: Lscctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lab, "apply", lambda phone: (_ for _ in ()).throw(RoleMissing("axl", "cucm:8443")))
    ran = lscctl("bulk-install", "--model", "8845", "--yes")
    assert ran.exit_code == 5, ran.output
    written = [f"SEP00112233440{number}" for number in (1, 2, 3)]
    assert f"3 phones written, but not applied ({', '.join(written)})" in ran.stdout
    assert "Apply Config" in ran.stdout
    assert "under way:" not in ran.stdout


def test_a_third_ctrl_c_in_mid_run_still_says_where_to_look(
    lab: LabCluster, lscctl: Lscctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    def impatient(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("lscctl.rollout.engine.run", impatient)
    ran = lscctl("bulk-install", "--model", "8845", "--yes")
    assert ran.exit_code == 130, ran.output
    assert "lscctl runs resume 1" in ran.stderr
