"""What log servers export of many phones: each phone is told by its own records, wherever they say whose they are."""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.diagnosis.logs import DONE
from tests.diagnosis.test_many_in_one_log import NO_NAME, NO_PORT, WELL, A, B, C, firsts, found, mixed

NAME: Final = "phone-lobby.example.com"
MAC: Final = "00:11:22:33:AA:AA"


def program_and_text(message: str) -> tuple[str, str]:
    """A phone's process and what it says, as a syslog server takes them apart."""
    program, _, text = message.partition("-" if message.startswith(("SECUREAPP", "JAVA")) else ": ")
    return program.partition("[")[0], text


def graylog(host: str, at: int, message: str) -> Mapping[str, Any]:
    program, text = program_and_text(message)
    return {
        "_id": f"{at}",
        "timestamp": f"2026-11-28T10:{at:02}:01.123Z",
        "source": host,
        "level": 5,
        "gl2_source_input": "5f",
        "message": f"{program}: {text}",
    }


def gelf(host: str, at: int, message: str) -> Mapping[str, Any]:
    program, text = program_and_text(message)
    return {
        "version": "1.1",
        "host": host,
        "short_message": text,
        "timestamp": 1795860000.5 + at,
        "_process_name": program,
    }


def splunk(host: str, at: int, message: str) -> Mapping[str, Any]:
    raw = f"<134>Nov 28 10:{at:02}:01 {host} {at:04d} NOT Nov 28 10:{at:02}:00.697091 (12905:13036) {message}"
    result = {"_time": f"2026-11-28T10:{at:02}:01.000+00:00", "host": "relay", "source": "udp:514", "_raw": raw}
    return {"preview": False, "offset": at, "result": result}


def elastic(host: str, at: int, message: str) -> Mapping[str, Any]:
    program, text = program_and_text(message)
    source = {
        "@timestamp": f"2026-11-28T10:{at:02}:01.123Z",
        "agent": {"name": "collector-1", "hostname": "collector-1"},
        "host": {"hostname": host},
        "process": {"name": program, "pid": 345},
        "message": text,
        "tags": ["syslog", "phones"],
    }
    return {"_index": "phones", "_id": "x", "_source": source}


def journald(host: str, at: int, message: str) -> Mapping[str, Any]:
    program, text = program_and_text(message)
    return {
        "__REALTIME_TIMESTAMP": f"{1795860000 + at}123456",
        "_HOSTNAME": host,
        "SYSLOG_IDENTIFIER": program,
        "_PID": "345",
        "MESSAGE": list(text.encode()) if at % 2 else text,
    }


def fluent_bit(host: str, at: int, message: str) -> Mapping[str, Any]:
    log = f"{at:04d} NOT Nov 28 10:{at:02}:00.697091 (12905:13036) {message}\n"
    return {"date": 1795860000.5 + at, "log": log, "kubernetes": {"host": "node-7", "labels": {"device": host}}}


def docker(host: str, at: int, message: str) -> Mapping[str, Any]:
    program, text = program_and_text(message)
    inner = json.dumps({"hostname": host, "program": program, "msg": text})
    return {"log": f"{inner}\n", "stream": "stdout", "time": f"2026-11-28T10:{at:02}:01.123456789Z"}


def without_time(host: str, at: int, message: str) -> Mapping[str, Any]:
    program, text = program_and_text(message)
    return {"n": at, "hostname": host, "program": program, "message": text}


def with_clock_alone(host: str, at: int, message: str) -> Mapping[str, Any]:
    program, text = program_and_text(message)
    return {"t": f"10:{at:02}:01.333", "hostname": host, "prog": program, "txt": text}


def by_date_and_time(host: str, at: int, message: str) -> Mapping[str, Any]:
    return {"date": "2026-11-28", "time": f"10:{at:02}:01", "host": host, "msg": message}


def pairs(host: str, at: int, message: str) -> str:
    program, text = program_and_text(message)
    quoted = text.replace('"', '\\"')
    return f'ISODATE=2026-11-28T10:{at:02}:01+00:00 HOST={host} PROGRAM={program} PID=345 MESSAGE="{quoted}"'


def labelled(host: str, at: int, message: str) -> str:
    return f'2026-11-28T10:{at:02}:01Z {{host="{host}", job="phones"}} {message}'


def tagged(host: str, at: int, message: str) -> str:
    return f"2026-11-28T10:{at:02}:01+00:00\tsyslog.phones\t{json.dumps({'host': host, 'message': message})}"


Export = Callable[[str, int, str], Mapping[str, Any] | str]
Layout = Callable[[Sequence[Any]], str]
EXPORTS: Final[Sequence[Export]] = (
    graylog,
    gelf,
    splunk,
    elastic,
    journald,
    fluent_bit,
    docker,
    without_time,
    with_clock_alone,
    by_date_and_time,
    pairs,
    labelled,
    tagged,
)


def one_a_line(records: Sequence[Mapping[str, Any] | str]) -> str:
    return "\n".join(one if isinstance(one, str) else json.dumps(one) for one in records)


def in_one_line(records: Sequence[Mapping[str, Any] | str]) -> str:
    return json.dumps(records)


def over_many_lines(records: Sequence[Mapping[str, Any] | str]) -> str:
    return json.dumps({"took": 3, "hits": {"total": len(records), "hits": records}}, indent=2)


def one_behind_another(records: Sequence[Mapping[str, Any] | str]) -> str:
    return "\n".join(json.dumps(one, indent="\t") for one in records)


LAYOUTS = (one_a_line, in_one_line, over_many_lines, one_behind_another)


def written(host: str, messages: Sequence[str], export: Export) -> list[Mapping[str, Any] | str]:
    return [export(host, at % 60, text) for at, text in enumerate(messages)]


def shuffled(seed: int, *logs: Sequence[Any]) -> list[Any]:
    """All records, those of each log in their order."""
    together = mixed(random.Random(seed), *([f"{a} {b}" for b in range(len(one))] for a, one in enumerate(logs)))
    return [logs[int(one.split()[0])][int(one.split()[1])] for one in together]


OUTCOMES: Final = {NO_NAME: "name-not-resolved", WELL: "", NO_PORT: "capf-port-unreachable"}


def cases() -> list[tuple[Export, Layout]]:
    """Each export in each layout that it may have: lines are lines."""
    return [
        (export, layout)
        for export in EXPORTS
        for layout in LAYOUTS
        if layout is one_a_line or not isinstance(export(A, 0, DONE), str)
    ]


@pytest.mark.parametrize(("export", "layout"), cases())
def test_each_phone_of_an_export_is_told_by_its_own_records(export: Export, layout: Layout) -> None:
    phones = {A: NO_NAME, B: WELL} if export is fluent_bit else {A: NO_NAME, B: WELL, C: NO_PORT, NAME: NO_PORT}
    told = found(layout(shuffled(7, *(written(host, messages, export) for host, messages in phones.items()))))
    assert firsts(told) == {host: OUTCOMES[text] for host, text in phones.items()}
    assert {host: len(one.attempts) for host, one in told.items()} == dict.fromkeys(phones, 1)


@pytest.mark.parametrize(("export", "layout"), [one for one in cases() if one[1] is not in_one_line])
def test_evidence_is_told_with_the_line_of_its_message(export: Export, layout: Layout) -> None:
    text = layout([*written(B, WELL, export), *written(A, NO_NAME, export)])
    evidence = found(text)[A].causes[0].evidence[0]
    line = text.split("\n")[evidence.place.line - 1]
    assert "unknown IPv4 host" in line or (export is journald and "MESSAGE" in line)


@pytest.mark.parametrize(
    "whose",
    [
        {"device": A},
        {"phone": A.lower()},
        {"Device-Name": f"{A}.phones.example.com"},
        {"mac": MAC, "host": "collector-1"},
        {"device_mac": "0011.2233.aaaa", "source": "relay"},
        {"topic": f"phones/{A}/syslog", "hostname": "collector-1"},
        {"log": {"file": {"path": f"/var/log/phones/{A}.log"}}, "host": {"name": "collector-1"}},
        {"labels": {"phone": [A]}, "peer": B},
        {"logStreamName": A, "dest": B},
    ],
)
def test_a_record_is_the_phone_s_that_it_names_wherever_it_does(whose: Mapping[str, Any]) -> None:
    records = [{"ts": f"2026-11-28T10:00:0{at}Z", "msg": text, **whose} for at, text in enumerate(NO_NAME)]
    assert firsts(found(one_a_line([*records, *written(B, WELL, graylog)]))) == {A: "name-not-resolved", B: ""}


def test_records_stand_below_the_phone_s_name() -> None:
    records = {A: [{"ts": "2026-11-28T10:00:00Z", "msg": one} for one in NO_NAME], B: written(B, WELL, gelf)}
    assert firsts(found(json.dumps(records))) == {A: "name-not-resolved", B: ""}
    streams = [
        {"stream": {"host": host}, "values": [["1795860000123456789", text] for text in texts]}
        for host, texts in ((A, NO_NAME), (B, WELL))
    ]
    assert firsts(found(json.dumps({"data": {"result": streams}}))) == {A: "name-not-resolved", B: ""}


def test_a_trace_of_records_tells_of_the_phones_that_the_service_serves() -> None:
    said = {A: "reason 5, authentication string mismatch", B: "Upgrade Success"}
    text = one_a_line([{"t": "18:01:05.333", "svc": "capf", "device": one, "txt": said[one]} for one in said])
    assert set(found(text)) == {A, B}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(EXPORTS), st.sampled_from(list(OUTCOMES))), min_size=2, max_size=4),
    st.integers(0, 999),
)
def test_mixed_in_any_order_and_format_each_is_told_as_by_its_own(
    logs: list[tuple[Export, tuple[str, ...]]], seed: int
) -> None:
    phones = {f"SEP00112233000{n}": (export, messages) for n, (export, messages) in enumerate(logs)}
    of_each = [written(host, messages, export) for host, (export, messages) in phones.items()]
    told = firsts(found(one_a_line(shuffled(seed, *of_each))))
    assert told == {host: OUTCOMES[messages] for host, (_, messages) in phones.items()}
