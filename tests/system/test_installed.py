"""What a stranger does first: `make demo` in an empty clone, and an installed wheel used from any folder."""

import subprocess
import sys
import zipfile
from pathlib import Path

from tests.system.conftest import ROOT, tool


def run(*command: str, cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=600, check=False)


def test_make_demo_works_in_an_empty_clone(tmp_path: Path, environment: dict[str, str]) -> None:
    clone = tmp_path / "clone"
    subprocess.run([tool("git"), "clone", "-q", str(ROOT), str(clone)], check=True, timeout=60)
    demo = run("make", "demo", f"PYTHON={sys.executable}", cwd=clone, env=environment)
    assert demo.returncode == 0, demo.stdout + demo.stderr
    assert "Upgrade Success" in demo.stdout


def test_an_installed_wheel_carries_the_schema_and_works_from_any_folder(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    built = run(
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "-w",
        str(tmp_path),
        str(ROOT),
        cwd=tmp_path,
        env=environment,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("lscctl-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert any(name.startswith("lscctl/wsdl/") for name in names)
    assert {"lscctl/py.typed", "lscctl/report/schemas/status.json", "lscctl/report/page/page.js"} <= set(names)
    assert not any(name.startswith(("tests/", "benchmarks/", "wsdl/")) for name in names)

    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True, timeout=120)
    assert run(str(venv / "bin/pip"), "install", "-q", str(wheel), cwd=tmp_path, env=environment).returncode == 0
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    status = run(
        str(venv / "bin/lscctl"),
        "status",
        "--cluster",
        "sim",
        "--model",
        "8845",
        "--format",
        "csv",
        cwd=elsewhere,
        env=environment,
    )
    assert status.returncode == 0, status.stderr
    assert "SEP" in status.stdout
