"""The examples for GitHub Actions, GitLab CI and Jenkins: valid, and their steps do what they say."""

import re
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import junitparser
import pytest
import yaml

from tests.e2e.warm_start import WarmStart
from tests.system.conftest import tool
from tests.system.workshop import EXAMPLES, Workshop

BASH = "bash --noprofile --norc -eo pipefail"
"""How GitHub runs a step [docs.github.com: workflow syntax]."""


@pytest.fixture
def workshop(tmp_path: Path, environment: dict[str, str], warm: WarmStart) -> Workshop:
    made = Workshop(tmp_path, warm, environment | {"CLUSTER": "sim"})
    made.take("ci-dry-run.sh")
    made.list_phones()
    return made


def content_of(name: str) -> Any:
    return yaml.safe_load((EXAMPLES / name).read_text(encoding="utf-8"))


def assert_carried_out(workshop: Workshop) -> None:
    suites = junitparser.JUnitXml.fromfile(str(workshop.folder / "run.xml"))
    assert suites.failures == 0
    phones = {case.name for suite in suites for case in suite if case.name.startswith("SEP")}
    assert phones == set((workshop.folder / "phones.csv").read_text().split("\n")[1:-1])


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("github-actions.yml", ["vendor.github-workflows"]),
        ("gitlab-ci.yml", ["vendor.gitlab-ci", "--data-transform", "gitlab-ci"]),
    ],
)
def test_a_pipeline_keeps_to_its_system_s_schema(name: str, schema: list[str]) -> None:
    command = [tool("check-jsonschema"), "--builtin-schema", *schema, str(EXAMPLES / name)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("script", sorted(EXAMPLES.glob("*.sh")), ids=lambda path: path.name)
def test_shellcheck_finds_nothing_in_a_script(script: Path) -> None:
    done = subprocess.run([tool("shellcheck"), str(script)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout


def test_the_steps_of_github_s_workflow_show_a_plan_and_carry_out_just_that(workshop: Workshop) -> None:
    workflow = content_of("github-actions.yml")
    workshop.program("gh", 'echo "$@" >>gh.log; case "$*" in *--edit-last*) exit 1 ;; esac')
    (workshop.folder / "lscctl.toml").touch()
    told = {"GITHUB_STEP_SUMMARY": str(workshop.folder / "summary.md")}
    for job in ("plan", "apply"):
        for step in workflow["jobs"][job]["steps"]:
            if "run" in step:
                also = {name: re.sub(r"\$\{\{.*?\}\}", "7", text) for name, text in step.get("env", {}).items()}
                assert "${{" not in step["run"], "what others write reaches a shell through the environment only"
                workshop.shell(step["run"], also=told | also, shell=BASH)
    plan, run = (workshop.folder / "summary.md").read_text().split("| State |")
    assert "3 to write" in plan
    assert "installed" in run
    assert (workshop.folder / "gh.log").read_text().splitlines() == [
        "pr comment 7 --body-file plan.md --edit-last",
        "pr comment 7 --body-file plan.md",
    ]
    assert_carried_out(workshop)
    again = workshop.shell(workflow["jobs"]["plan"]["steps"][1]["run"], also=told, shell=BASH)
    assert "nothing to do" in again.stdout
    workshop.shell(workflow["jobs"]["apply"]["steps"][2]["run"], shell=BASH)


def test_github_s_password_that_may_write_is_out_of_reach_of_a_pull_request() -> None:
    jobs = content_of("github-actions.yml")["jobs"]
    assert "secrets.LSCCTL_PASSWORD" not in str(jobs["plan"])
    assert jobs["apply"]["environment"] == "cucm"
    assert "refs/heads/main" in jobs["apply"]["if"]


@pytest.fixture
def gitlab() -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """The address of something that takes comments, and what it was sent: path, token, body."""
    heard: list[tuple[str, str, str]] = []

    class Notes(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            heard.append((self.path, self.headers["PRIVATE-TOKEN"], body))
            self.send_response(201)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_request(self, code: object = "-", size: object = "-") -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Notes) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/api/v4", heard
        server.shutdown()


def test_gitlab_s_jobs_show_a_plan_comment_and_carry_out_just_that(
    workshop: Workshop, gitlab: tuple[str, list[tuple[str, str, str]]]
) -> None:
    jobs = content_of("gitlab-ci.yml")
    address, heard = gitlab
    also = {"CI_API_V4_URL": address, "CI_PROJECT_ID": "5", "CI_MERGE_REQUEST_IID": "7", "COMMENT_TOKEN": "glpat-x"}
    for job in ("plan", "comment", "apply"):
        for line in jobs[job]["script"]:
            workshop.shell(line, also=also)
    ((path, token, body),) = heard
    assert (path, token) == ("/api/v4/projects/5/merge_requests/7/notes", "glpat-x")
    assert "3 to write" in body
    assert_carried_out(workshop)
    for job in ("plan", "apply"):
        for artifact in [*jobs[job]["artifacts"]["paths"], jobs[job]["artifacts"]["reports"]["junit"]]:
            assert (workshop.folder / artifact).exists()


def test_jenkins_steps_show_a_plan_and_carry_out_just_that(workshop: Workshop) -> None:
    pipeline = (EXAMPLES / "Jenkinsfile").read_text()
    steps = re.findall(r"^\s*sh '(.*)'$", pipeline, re.MULTILINE)
    assert len(steps) == 2
    for step in steps:
        workshop.shell(step)
    assert_carried_out(workshop)
    for named in re.findall(r"testResults: '(.*?)'", pipeline):
        assert (workshop.folder / named).exists()


def test_groovy_reads_the_jenkinsfile() -> None:
    program = "new GroovyShell().parse(new File(args[0]))"
    command = [tool("groovy"), "-e", program, str(EXAMPLES / "Jenkinsfile")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
