"""The threads of a run: reads have their own, and every result comes back with its task."""

import threading

from lscctl.rollout.workers import Done, ThreadWorkers


def a_read(task: str) -> bool:
    return task.startswith("read")


def test_reads_run_in_threads_of_their_own_so_that_their_large_answers_stay_in_few_of_them() -> None:
    with ThreadWorkers[str](writers=3, readers=1, reads=a_read) as workers:
        for number in range(30):
            for kind in ("write", "read"):
                workers.submit(f"{kind} {number}", threading.get_ident)
        done = [workers.next(5) for _ in range(60)]
    threads = {kind: {each.value for each in done if each and each.task.startswith(kind)} for kind in ("write", "read")}
    assert len(threads["read"]) == 1
    assert not threads["read"] & threads["write"]


def test_an_error_comes_back_with_its_task() -> None:
    error = ValueError("no")

    def fail() -> None:
        raise error

    with ThreadWorkers[str](writers=1, readers=1, reads=a_read) as workers:
        workers.submit("write", fail)
        assert workers.busy == 1
        assert workers.next(5) == Done("write", None, error)
        assert workers.busy == 0
        assert workers.next(0) is None
