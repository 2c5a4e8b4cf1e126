"""How often lscctl logs in, counted at the cluster: every login costs it, and many wrong ones lock the account."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from lscctl.capf import CertificateOperation
from lscctl.phone import Phone
from lscctl.simulator.doors.accounts import Entry, Gate
from tests.cucm.bench import Bench, found, own_bench, step_for

CONCURRENCY = 8


class Counted:
    """The logins that were tried, and the gates where they were."""

    def __init__(self) -> None:
        self.logins = 0
        self.gates: list[Gate] = []

    def forget_sessions(self) -> None:
        for gate in self.gates:
            gate._sessions.clear()


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    counted, login = Counted(), Gate._login

    def counting(gate: Gate, authorization: str, now: float) -> Entry:
        counted.logins += 1  # under the gate's own lock
        if gate not in counted.gates:
            counted.gates.append(gate)
        return login(gate, authorization, now)

    monkeypatch.setattr(Gate, "_login", counting)
    return counted


def work(b: Bench, phones: Sequence[Phone]) -> None:
    """What a run does: writes, read-backs and applies by eight workers, a look at RIS among them."""
    deadline = b.deadline

    def install(number: int) -> None:
        b.cluster.write(step_for(phones[number]), deadline, CertificateOperation.INSTALL)
        b.cluster.read([phone.pkid for phone in phones])
        b.cluster.apply(phones[number])
        if number % 10 == 0:
            b.cluster.sightings([phones[number].name])

    with ThreadPoolExecutor(CONCURRENCY) as threads:
        list(threads.map(install, range(len(phones))))


def test_eight_workers_share_one_login_and_ris_has_one_of_its_own(counted: Counted) -> None:
    with own_bench() as b:
        phones = found(b)
        assert len(phones) > 4 * CONCURRENCY
        work(b, phones)
        assert b.server.requests["updatePhone", "ok"] == len(phones)
        assert counted.logins == 2


def test_a_session_that_ends_in_the_midst_costs_one_login_more_for_each_service(counted: Counted) -> None:
    with own_bench() as b:
        phones = found(b)
        work(b, phones)
        counted.forget_sessions()
        work(b, phones)
        assert counted.logins == 4
