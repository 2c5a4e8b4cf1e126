"""How a cluster is set up on this computer: its files and programs, the login, the roles, the zone."""

import os
import re
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from lscctl.capf import CertificateOperation
from lscctl.config import ClusterConfig
from lscctl.config.permissions import require_private
from lscctl.cucm.cluster import Cluster
from lscctl.cucm.connection import Trust
from lscctl.deadline import DEFAULT_DEADLINE
from lscctl.errors import LscctlError, UsageError
from lscctl.plan import CapfRequest, Plan
from lscctl.preflight.checks.axl import AxlCheck
from lscctl.preflight.checks.clocks import unknown_zone
from lscctl.preflight.ground import Ground
from lscctl.preflight.interface import fail, warn
from lscctl.verdict import CheckResult, Fault

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def files(path: Path, config: ClusterConfig) -> CheckResult:
    """Whether what the configuration at `path` names for this cluster is there, and whether nobody else can change it."""
    keys = ("ca-bundle", "wsdl", "password-file", "password-command", "notify", "audit-log")
    named = [key for key in keys if getattr(config, key.replace("-", "_"))]
    evidence = f"there: {', '.join(named)}" if named else "none is named"
    faults = sorted(_files(path, config), key=lambda fault: -fault.verdict.weight)
    looked_at = "what the configuration names, and who may change it"
    return CheckResult("files", "Files and programs", looked_at, evidence, tuple(faults))


def _files(path: Path, config: ClusterConfig) -> Iterator[Fault]:
    if os.name == "posix" and path.exists() and path.stat().st_mode & _OTHERS_WRITE:
        yield warn(
            "configuration-open",
            f"{path} can be changed by others than its owner, who could send the password elsewhere",
            f"chmod go-w {path}",
        )
    yield from _trust(config)
    if config.wsdl is not None and not config.wsdl.is_file():
        yield fail("wsdl-missing", f"wsdl {config.wsdl} is not there", "See lscctl config add-schema.")
    if config.password_file is not None:
        yield from _password_file(config.password_file)
    for key, command in (("password-command", config.password_command), ("notify", config.notify)):
        if command and shutil.which(command[0]) is None:
            yield fail(
                f"{key}-missing",
                f"the program {command[0]} of {key} is not there",
                "Give its whole path, and make it executable.",
            )
    if config.audit_log is not None and not os.access(_nearest(config.audit_log), os.W_OK):
        yield fail(
            "audit-log-closed",
            f"audit-log {config.audit_log} cannot be written",
            "Nothing is written without it: give access.",
        )


def _trust(config: ClusterConfig) -> Iterator[Fault]:
    try:
        Trust(ca_bundle=config.ca_bundle)
    except UsageError as error:
        yield fail("ca-bundle-unreadable", error.message, error.hint or "")
    if config.insecure:
        yield warn(
            "insecure",
            "the cluster's certificate is not verified: anybody on the path can read the password",
            "Set ca-bundle or fingerprint instead.",
        )


def _password_file(path: Path) -> Iterator[Fault]:
    try:
        require_private(path, "holds a password")
    except UsageError as error:
        yield fail("password-file-open", error.message, error.hint or "")
    except OSError as error:
        yield fail("password-file-missing", f"password-file {path} cannot be read: {error.strerror}", "Make it.")


def _nearest(path: Path) -> Path:
    """The file itself; where it is not there yet, its folder."""
    return path if path.exists() else path.parent


def login(cluster: Cluster) -> CheckResult:
    """That the login works, and whether the cluster's zone is known."""
    evidence = f"CUCM {cluster.version}, as {cluster.config.user}; its zone is {cluster.clock.zone}"
    return _login(evidence, *unknown_zone(cluster.clock))


def no_login(error: LscctlError) -> CheckResult:
    """Why there is none."""
    kind = "no-login" if isinstance(error, UsageError) else re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(error).__name__)
    return _login("", fail(kind.lower(), error.message, error.hint or ""))


def _login(evidence: str, *faults: Fault) -> CheckResult:
    return CheckResult(
        "login", "Login", "the way to the cluster, its certificate, user, password and zone", evidence, faults
    )


def roles(cluster: Cluster) -> CheckResult:
    """What the user may do, each door asked once; see `AxlCheck`."""
    nothing = Plan(CertificateOperation.INSTALL, DEFAULT_DEADLINE, (), ())
    return AxlCheck().run(Ground(cluster, nothing, CapfRequest(), tries_a_write=True))
