"""`peer`: lscctl beside what scripts do today, which is one phone after the other, updatePhone and then applyPhone.

Both meet a simulator of their own in a process of its own that takes 50 ms for each answer; same machine, same run, same
phones. The script keeps its connection and its session, and knows the phones beforehand; lscctl's time is that of the
whole command, from start to summary: it finds the phones, plans, checks, and reads each back before it applies it.
"""

import time
from xml.sax.saxutils import escape

import requests

from benchmarks._lab import Lab, lab

PHONES = 1500
LATENCY_MS = 50
ENDS = (0, 7)
"""Exit codes of a run that wrote all phones, and was told not to wait for them."""
VERSION = "15.0"
ENVELOPE = (
    '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
    '<a:{operation} xmlns:a="http://www.cisco.com/AXL/API/{version}"><name>{name}</name>{inside}</a:{operation}>'
    "</e:Body></e:Envelope>"
)
INSTALL = (
    "<certificateOperation>Install/Upgrade</certificateOperation>"
    "<authenticationMode>By Null String</authenticationMode>"
    "<upgradeFinishTime>{finish_time}</upgradeFinishTime>"
)


def run(seed: int) -> dict[str, float]:
    """Measure both and give the figures: `phones`, `script_seconds`, `lscctl_seconds`, and `speedup`, their ratio."""
    size = ("--seed", str(seed), "--phones", str(PHONES * 5))
    cluster = (*size, "--latency", str(LATENCY_MS), "--assume", "notification-limit=1000000")
    with lab(*cluster) as bench:
        names = bench.phones_of_a_plan(PHONES)
        by_script = _script(bench, names)
    with lab(*cluster) as bench:
        by_lscctl = _lscctl(bench, names)
    return {
        "phones": PHONES,
        "script_seconds": round(by_script, 1),
        "lscctl_seconds": round(by_lscctl, 1),
        "speedup": round(by_script / by_lscctl, 2),
    }


def _script(bench: Lab, names: list[str]) -> float:
    finish_time = time.strftime("%Y:%m:%d:%H:00", time.localtime(time.time() + 86_400))
    started = time.perf_counter()
    with requests.Session() as session:
        session.trust_env = False
        session.verify = bench.told["ca-certificate"]
        session.auth = (bench.told["user"], bench.told["password"])
        for name in names:
            _call(session, bench, "updatePhone", name, INSTALL.format(finish_time=finish_time))
            _call(session, bench, "applyPhone", name)
    return time.perf_counter() - started


def _call(session: requests.Session, bench: Lab, operation: str, name: str, inside: str = "") -> None:
    body = ENVELOPE.format(operation=operation, version=VERSION, name=escape(name), inside=inside)
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"CUCM:DB ver={VERSION} {operation}"'}
    answer = session.post(f"{bench.told['address']}/axl/", data=body.encode(), headers=headers, timeout=60)
    if answer.status_code != 200:
        raise SystemExit(f"{operation} of {name} was answered with HTTP {answer.status_code}: {answer.text[:200]}")


def _lscctl(bench: Lab, names: list[str]) -> float:
    (bench.folder / "phones.txt").write_text("\n".join(names) + "\n")
    unhindered = ("--canary", "0", "--waves", "rest", "--max-in-flight", "100000", "--no-wait")
    listed = ("--from", str(bench.folder / "phones.txt"), "--expect", str(len(names)))
    ran = bench.lscctl("bulk-install", *listed, *unhindered, "--yes", "--format", "json", accepted=ENDS)
    writes = bench.requests()
    if (writes["updatePhone"], writes["applyPhone"]) != (len(names), len(names)):
        raise SystemExit(f"lscctl did not write and apply each phone once: {dict(writes)}")
    return ran.seconds
