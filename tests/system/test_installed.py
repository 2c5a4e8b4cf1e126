"""What a stranger does first: `make demo` in an empty clone, and a wheel that is installed and used from any folder."""

import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.system.conftest import ROOT, tool

WHEEL = [
    r"lscctl/([a-z_]+/)*[a-z_]+\.py",
    r"lscctl/py\.typed",
    r"lscctl/cli/completion/lscctl\.(bash|zsh|fish)",
    r"lscctl/diagnosis/(causes/)?[a-z0-9-]+\.toml",
    r"lscctl/report/page/page\.(css|js)",
    r"lscctl/report/schemas/[a-z-]+\.json",
    r"lscctl/simulator/doors/[a-z_]+\.wsdl",
    r"lscctl/simulator/grammar/[a-z]+\.axl",
    r"lscctl/wsdl/AXL(API\.wsdl|Soap\.xsd)",
    r"lscctl-[^/]+\.data/data/share/man/man1/lscctl(-[a-z-]+)?\.1",
    r"lscctl-[^/]+\.data/data/share/bash-completion/completions/lscctl",
    r"lscctl-[^/]+\.data/data/share/zsh/site-functions/_lscctl",
    r"lscctl-[^/]+\.data/data/share/fish/vendor_completions\.d/lscctl\.fish",
    r"lscctl-[^/]+\.dist-info/(METADATA|WHEEL|RECORD|entry_points\.txt|licenses/LICENSE)",
]
"""All that a wheel holds."""

SDIST = [
    r"(lscctl|tests|benchmarks)/([A-Za-z_0-9]+/)*[A-Za-z_0-9]+\.py",
    r"lscctl/(?!.*\.py$).*",  # held against WHEEL
    r"tests/([a-z_]+/)*[A-Za-z_0-9.-]+\.(json|toml|txt|tlv|html|js)",
    r"wsdl/AXL(API\.wsdl|Soap\.xsd)",
    r"examples/.+",
    r"hatch_build\.py|Makefile|pyproject\.toml|README\.md|CHANGELOG\.md|LICENSE|PKG-INFO|\.gitignore",
]
"""All that a source archive holds."""


def run(*command: str, cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=600, check=False)


def test_make_demo_works_in_an_empty_clone(tmp_path: Path, environment: dict[str, str]) -> None:
    clone = tmp_path / "clone"
    subprocess.run([tool("git"), "clone", "-q", str(ROOT), str(clone)], check=True, timeout=60)
    demo = run("make", "demo", f"PYTHON={sys.executable}", cwd=clone, env=environment)
    assert demo.returncode == 0, demo.stdout + demo.stderr
    assert "Upgrade Success" in demo.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source archive, and the wheel that was built out of it."""
    folder = tmp_path_factory.mktemp("dist")
    command = [tool("uv"), "build", "--quiet", "--python", sys.executable, "--out-dir", str(folder), str(ROOT)]
    done = run(*command, cwd=folder, env=dict(os.environ))
    assert done.returncode == 0, done.stderr
    return folder


def the(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


def assert_holds_just(names: list[str], patterns: list[str]) -> None:
    """Each name is of one of the kinds, and none of the kinds is missing."""
    assert [name for name in names if not any(re.fullmatch(pattern, name) for pattern in patterns)] == []
    assert [pattern for pattern in patterns if not any(re.fullmatch(pattern, name) for name in names)] == []


def test_a_wheel_holds_just_the_package_its_pages_and_its_licence(built: Path) -> None:
    names = zipfile.ZipFile(the(built, "*.whl")).namelist()
    assert_holds_just(names, WHEEL)
    modules = {name for name in names if name.startswith("lscctl/") and name.endswith(".py")}
    assert modules == {str(path.relative_to(ROOT)) for path in (ROOT / "lscctl").rglob("*.py")}


def test_a_source_archive_holds_just_what_makes_and_tests_it(built: Path) -> None:
    with tarfile.open(the(built, "*.tar.gz")) as archive:
        names = [member.name.partition("/")[2] for member in archive.getmembers() if member.isfile()]
    assert_holds_just(names, SDIST)
    of_the_package = [name for name in names if name.startswith("lscctl/")]
    assert [name for name in of_the_package if not any(re.fullmatch(pattern, name) for pattern in WHEEL)] == []


@pytest.mark.parametrize("installer", ["pipx", "uv"])
def test_an_installed_wheel_works_from_any_folder(
    built: Path, tmp_path: Path, environment: dict[str, str], installer: str
) -> None:
    folders = ("PIPX_HOME", "PIPX_BIN_DIR", "PIPX_MAN_DIR", "UV_TOOL_DIR", "UV_TOOL_BIN_DIR")
    home = {name: str(tmp_path / name.lower()) for name in folders}
    command = [tool("pipx"), "install"] if installer == "pipx" else [tool("uv"), "tool", "install", "--quiet"]
    wheel = str(the(built, "*.whl"))
    done = run(*command, "--python", sys.executable, wheel, cwd=tmp_path, env={**environment, **home})
    assert done.returncode == 0, done.stderr
    lscctl = tmp_path / {"pipx": "pipx_bin_dir", "uv": "uv_tool_bin_dir"}[installer] / "lscctl"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    status = run(
        str(lscctl), "status", "--cluster", "sim", "--model", "8845", "--format", "csv", cwd=elsewhere, env=environment
    )
    assert status.returncode == 0, status.stderr
    assert "SEP" in status.stdout
    if installer == "pipx":  # uv shows no man pages
        assert (tmp_path / "pipx_man_dir" / "man1" / "lscctl-bulk-install.1").exists()
