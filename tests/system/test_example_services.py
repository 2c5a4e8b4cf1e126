"""The examples that run lscctl by themselves: cron, systemd, a container, Kubernetes, Ansible."""

import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.warm_start import WarmStart
from tests.system.conftest import ROOT, tool
from tests.system.workshop import EXAMPLES, Workshop

MOST_EXPOSED = 1.5
"""systemd's own measure, from 0 (a service that can do nothing) to 10."""


@pytest.fixture
def workshop(tmp_path: Path, environment: dict[str, str], warm: WarmStart) -> Workshop:
    return Workshop(tmp_path, warm, environment)


def checked(*command: str, cwd: Path | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


# cron

_FIELD = re.compile(r"(\*|\d+)(-\d+)?(/\d+)?(,\d+)*")
JOBS = [line for line in (EXAMPLES / "lscctl.cron").read_text().splitlines() if re.match(r"[\d*]", line)]


@pytest.mark.parametrize("job", JOBS, ids=["report", "rollout", "renewal"])
def test_a_line_for_cron_is_one(job: str) -> None:
    *times, user, command = job.split(maxsplit=6)
    assert all(_FIELD.fullmatch(one) for one in times)
    assert user == "lscctl"
    assert "%" not in command, "cron takes it for the end of the line"
    checked(tool("sh"), "-n", "-c", command)


def test_cron_s_report_is_written_and_told_of_and_waits_for_no_other(workshop: Workshop) -> None:
    command = JOBS[0].split(maxsplit=6)[6]
    command = command.replace("/var/lib/lscctl", ".").replace("--all-clusters", "--cluster sim")
    done = workshop.shell(command)
    assert done.stdout == ""
    assert "see ./expiring.html" in done.stderr
    (workshop.folder / "expiring.html").unlink()
    held = workshop.shell(f"flock report.lock sh -c {shlex.quote(command)}")
    assert (held.stdout, held.stderr) == ("", "")
    assert not (workshop.folder / "expiring.html").exists()


def test_cron_s_renewal_ends_well_and_mails_nothing_where_no_lsc_is_due(workshop: Workshop) -> None:
    command = JOBS[2].split(maxsplit=6)[6].replace("/var/lib/lscctl", ".").replace("--cluster hq", "--cluster sim")
    workshop.shell("lscctl status --cluster sim >/dev/null 2>&1")  # makes the embedded cluster, and says so
    done = workshop.shell(command.replace("--within 60d", "--within 0d --lsc valid"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "no LSC of the phones that were looked at is to be renewed" in (workshop.folder / "renewal.log").read_text()


# systemd


def unit(workshop: Workshop, name: str) -> Path:
    """A copy of the unit that finds lscctl where it is."""
    text = (EXAMPLES / name).read_text().replace("/usr/local/bin/lscctl", str(workshop.folder / "bin" / "lscctl"))
    (workshop.folder / name).write_text(re.sub("^Documentation=.*\n", "", text, flags=re.MULTILINE))
    return workshop.folder / name


def test_systemd_takes_the_service_and_the_timer(workshop: Workshop) -> None:
    service, timer = unit(workshop, "lscctl-report.service"), unit(workshop, "lscctl-report.timer")
    assert checked(tool("systemd-analyze"), "verify", "--man=no", str(service), str(timer)) == ""
    calendar = re.findall("OnCalendar=(.*)", timer.read_text())
    assert calendar
    checked(tool("systemd-analyze"), "calendar", *calendar)


def test_systemd_finds_the_service_hardly_exposed(workshop: Workshop) -> None:
    service = unit(workshop, "lscctl-report.service")
    most = f"--threshold={round(MOST_EXPOSED * 10)}"
    checked(tool("systemd-analyze"), "security", "--offline=yes", "--no-pager", most, str(service))


def test_the_service_s_command_writes_its_reports(workshop: Workshop) -> None:
    (command,) = re.findall("ExecStart=(.*)", unit(workshop, "lscctl-report.service").read_text())
    workshop.shell(command.replace("--all-clusters", "--cluster sim"), also={"STATE_DIRECTORY": str(workshop.folder)})
    assert (workshop.folder / "expiring.html").exists()
    assert json.loads((workshop.folder / "expiring.json").read_text())["schema"].startswith("lscctl.expiring/")


# a container


def instructions() -> list[tuple[str, str]]:
    """The instructions of the container file, in order: `[("FROM", "python:3.13-slim"), ...]`."""
    text = re.sub(r"\\\n", "", re.sub("^#.*\n", "", (EXAMPLES / "Containerfile").read_text(), flags=re.MULTILINE))
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in text.splitlines() if line)]


def test_hadolint_finds_nothing_in_the_container_file() -> None:
    checked(tool("hadolint"), str(EXAMPLES / "Containerfile"))


def test_the_image_is_small_and_not_root() -> None:
    last = [index for index, (word, _) in enumerate(instructions()) if word == "FROM"][-1]
    told = instructions()[last:]
    assert told[0][1].endswith("-slim")
    assert [rest for word, rest in told if word == "COPY"] == ["--from=build /opt/lscctl /opt/lscctl"]
    (user,) = [rest for word, rest in told if word == "USER"]
    assert all(int(number) > 1000 for number in user.split(":"))


def test_the_steps_of_the_container_file_make_an_lscctl_that_works(workshop: Workshop) -> None:
    def here(text: str) -> str:
        return re.sub(r"(?<![\w.])/(src|opt|var)\b", rf"{workshop.folder}/\1", text)

    for word, rest in instructions():
        if word == "RUN":
            as_us = rest if os.geteuid() == 0 else re.sub(r"&& chown \S+ \S+ ", "", rest)
            workshop.shell(here(as_us))
        elif word == "COPY" and not rest.startswith("--from"):
            *sources, target = rest.split()
            for source in sources:
                place = Path(here(target)) / (source if target.endswith("/") else "")
                place.parent.mkdir(parents=True, exist_ok=True)
                copy: Any = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
                copy(ROOT / source, place)
    program = workshop.folder / "opt" / "lscctl" / "bin" / "lscctl"
    assert "phones on sim" in workshop.shell(f"{program} status --cluster sim --model 7841").stdout


# Kubernetes


def test_kubernetes_takes_the_cron_job() -> None:
    checked(tool("kubernetes-validate"), "--strict", str(EXAMPLES / "kubernetes-cronjob.yaml"))


def test_kubernetes_container_writes_its_report_where_it_may(workshop: Workshop) -> None:
    job = yaml.safe_load((EXAMPLES / "kubernetes-cronjob.yaml").read_text())["spec"]["jobTemplate"]
    pod = job["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    writable = [mount["mountPath"] for mount in container["volumeMounts"] if not mount.get("readOnly")]
    outputs = [argument.partition("=")[2] for argument in container["args"] if argument.startswith("--output")]
    assert all(str(Path(output).parent) in writable for output in outputs)
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert pod["securityContext"]["runAsNonRoot"] is True
    command = shlex.join(["lscctl", *container["args"]]).replace("--all-clusters", "--cluster=sim")
    workshop.shell(command.replace("/var/lib/lscctl", "."), code=1)  # some LSCs of the simulator end soon
    assert (workshop.folder / "expiring.html").exists()


# Ansible


def test_the_playbook_plans_and_carries_out_on_each_cluster(workshop: Workshop) -> None:
    (workshop.folder / "inventory").write_text("[cucm]\nberlin lscctl_cluster=sim\nbonn lscctl_cluster=sim:healthy\n")
    workshop.take("ansible-playbook.yml")
    workshop.environment |= {
        "ANSIBLE_HOME": str(workshop.folder / "ansible"),
        "ANSIBLE_NOCOLOR": "1",
        "LC_ALL": "C.UTF-8",
    }
    wanted = shlex.quote(json.dumps({"phones": ["--model", "7841", "--limit", "6"]}))
    play = f"{tool('ansible-playbook')} -i inventory ansible-playbook.yml -e {wanted}"
    workshop.shell(f"{play} --syntax-check")
    dry = workshop.shell(f"{play} --check").stdout
    assert re.findall(r"^(\w+) +: ok=2 +changed=1 +unreachable=0 +failed=0", dry, re.MULTILINE) == ["berlin", "bonn"]
    assert "to write" in dry
    assert not list(workshop.folder.glob("*-run.html"))
    done = workshop.shell(play).stdout
    assert re.findall(r"^(\w+) +: ok=3 +changed=2 +unreachable=0 +failed=0", done, re.MULTILINE) == ["berlin", "bonn"]
    assert {path.name for path in workshop.folder.glob("*-run.html")} == {"berlin-run.html", "bonn-run.html"}
    again = workshop.shell(play).stdout
    assert re.findall(r"^(\w+) +: ok=2 +changed=0 +unreachable=0 +failed=0", again, re.MULTILINE) == ["berlin", "bonn"]
