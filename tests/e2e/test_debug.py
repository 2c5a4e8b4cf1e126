"""`--debug` keeps what is said with the cluster in a file that somebody else may read."""

import re
from collections.abc import Callable
from pathlib import Path

from tests.e2e.conftest import Site


def test_the_exchange_is_kept_with_its_times_in_a_file_of_the_state_folder(site: Site) -> None:
    ran = site.lscctl("status", "--model", "8845", "--debug")
    assert ran.exit_code == 0
    told = re.search(r"^the exchange with 127\.0\.0\.1 goes to (.+)$", ran.err, re.MULTILINE)
    assert told is not None
    kept = Path(told[1])
    assert (kept.parent, kept.stat().st_mode & 0o777) == (site.folder / "state" / "debug", 0o600)
    text = kept.read_text()
    assert "$ lscctl status --model 8845 --debug" in text
    assert re.search(
        r"^20\d\d-\S+ \[MainThread\] > executeSQLQuery POST https://127\.0\.0\.1:\d+/axl/$", text, re.MULTILINE
    )
    assert re.search(r"< executeSQLQuery HTTP 200 after \d+\.\d{3} s$", text, re.MULTILINE)
    assert "<sql>select" in text


def test_neither_the_login_nor_an_authentication_string_is_in_it(make_site: Callable[..., Site]) -> None:
    site = make_site()
    site.sql("update device set authenticationstring = '7351902846' where tkclass = 1")
    assert site.sql("select count(*) from device where authenticationstring = '7351902846'") != [(0,)]
    ran = site.lscctl("install", "SEP0011222F879C", "--yes", "--debug", "--debug-file", "said.log")
    text = (site.folder / "said.log").read_text()
    assert "the exchange with 127.0.0.1 goes to said.log" in ran.err
    assert "getPhone" in text or "executeSQLQuery" in text
    for secret in (site.server.password, "7351902846", "Basic ", "JSESSIONID"):
        assert secret not in text


def test_the_error_stands_at_its_end(site: Site) -> None:
    ran = site.lscctl("status", "--debug", "--debug-file", "said.log", LSCCTL_PASSWORD="wrong-password")
    assert ran.exit_code == 5
    text = (site.folder / "said.log").read_text()
    assert "HTTP 401" in text
    assert text.rstrip().endswith(f"refuses the login of {site.server.user!r}: wrong user name or password")
    assert "wrong-password" not in text + ran.out + ran.err


def test_a_file_that_cannot_be_written_is_told_before_anything_is_asked(site: Site) -> None:
    ran = site.lscctl("status", "--debug", "--debug-file", "nowhere/said.log")
    assert ran.exit_code == 2
    assert "nowhere/said.log cannot be written: No such file or directory" in ran.err
    assert not site.server.requests
    assert site.lscctl("status", "--debug-file", "said.log").exit_code == 2
