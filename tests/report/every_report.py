"""One report of each kind, and more where a kind has several shapes: what every format must be able to tell."""

from dataclasses import replace

from lscctl.capf import CertificateOperation
from lscctl.capf_renewal import RenewalStep
from lscctl.history import Remedy, RunState
from lscctl.outcome import PhoneOutcome, PhoneState
from lscctl.phone import ProfileInUse
from lscctl.plan import Plan, Protected, build_move
from lscctl.profile_change import ProfileState
from lscctl.report.assumptions import AssumptionTold, assumptions_report
from lscctl.report.capf import GroupsOfCluster, capf_groups_report, capf_report
from lscctl.report.capf_renewal import RenewalOfCluster, capf_plan_report
from lscctl.report.causes import causes_report
from lscctl.report.changes import Compared, Side, changes_report
from lscctl.report.config import DEFAULT, Configuration, SettingTold, config_report
from lscctl.report.config_check import ClusterChecked, config_check_report
from lscctl.report.diagnosis import Diagnoses, diagnosis_report
from lscctl.report.expiring import ExpiringOfCluster, Thresholds, expiring_report
from lscctl.report.inspect import inspect_report
from lscctl.report.interface import ClusterAnswer, Report
from lscctl.report.list_from import Comparison, ListFrom
from lscctl.report.phones import phones_report
from lscctl.report.plan import plan_report
from lscctl.report.preflight import PreflightOfCluster, catalogue_report, preflight_report
from lscctl.report.profiles import CheckedProfile, profile_change_report, profile_check_report, profiles_report
from lscctl.report.run import RunOnCluster, run_report
from lscctl.report.runs import PhoneStory, RememberedRun, remembered_run_report, runs_report, story_report
from lscctl.report.several import together
from lscctl.report.trust_lists import difference_report, trust_list_report, verification_report
from lscctl.third_party_ca import ThirdParty
from lscctl.trustlist.comparison import diff
from lscctl.trustlist.reading import read
from lscctl.trustlist.verification import verify
from lscctl.verdict import CheckResult, Fault, Verdict
from tests.report.changes_in_sight import every_change
from tests.report.diagnoses_in_sight import CAUSE, SICK, WELL
from tests.report.inspected_in_sight import inspected_in_sight
from tests.report.phones_in_sight import DAY, LSC_FIRST, NOW, NULL_STRING, PHONES, and_then, planned, told
from tests.report.runs_in_sight import STORY, profiles_of, run_of, summary_of
from tests.trustlist.lists import itl, printed

CLUSTER, VERSION = "lab", "15.0.1.11900(4)"

CHECKS = (
    CheckResult("axl", "AXL and roles", "AXL's answers", "CUCM 15.0"),
    CheckResult(
        "tftp",
        "TFTP servers",
        "their trust lists",
        "2 servers",
        (
            Fault(
                "itl-old-capf", Verdict.FAIL, "the ITL names another CAPF", "Restart TVS and TFTP.", "cucm-sub1", True
            ),
            Fault("not-seen", Verdict.SKIP, "port 6970 is closed", "Open it.", "cucm-sub2"),
        ),
    ),
    CheckResult(
        "profiles", "profiles", "their modes", "3", (Fault("null-string", Verdict.WARN, "By Null String", "Think."),)
    ),
)

ASSUMPTIONS = (
    AssumptionTold("dbinfo", "May it be asked for?", ("a", "b"), "a", True, "a", "it was answered", "2026-11-27"),
    AssumptionTold("uuid-case", "In which case?", ("a", "b"), "a", True, "b", "the uuid of a phone", "2026-11-27"),
    AssumptionTold("ris-limit", "How many?", (), "1000", True, None, "nobody is registered", None),
    AssumptionTold("pending-at", "When?", ("a", "b"), "a", False, None, "It takes a write to see.", None),
)

SETTINGS = (
    SettingTold("host", "cucm.example.com", "file", "clusters.lab.host"),
    SettingTold("protected", {"phones": ["SEP*"]}, "file", "clusters.lab.protected"),
    SettingTold("port", 8443, DEFAULT),
)


def _lists() -> tuple[ListFrom, ListFrom, ListFrom]:
    (good,), (other,), (pasted,) = read(itl()), read(itl(capf="CAPF-99999999")), read(printed().encode())
    return (
        ListFrom("tftp-1", good, verify(good)),
        ListFrom("tftp-2", other, verify(other)),
        ListFrom("-", pasted, verify(pasted), ("it ends soon",)),
    )


def _move() -> Plan:
    assert LSC_FIRST.settings is not None
    return build_move(PHONES, LSC_FIRST, LSC_FIRST.settings, Protected())


STEP = RenewalStep("Restart Cisco CAPF", "cucm-pub", "Control Center", "no phone", "it answers")


def every_report() -> list[Report]:
    """All of them."""
    good, other, pasted = _lists()
    compared = replace(good, comparisons=(Comparison("CAPF record", True, "the same"), Comparison("x", None, "?")))
    states = list(PhoneState)
    summary = summary_of(*states)
    then = replace(summary, profiles=profiles_of(*ProfileState))
    failed = replace(
        summary, outcomes=(PhoneOutcome("SEP1", "Cisco 8845", PhoneState.FAILED, "x", "y", "z", 1, 2, "t"),)
    )
    remedy = Remedy(NOW, "alice@jump", "started Cisco CAPF", CLUSTER)
    run = run_of(RunState.GATE_CLOSED, *states, why="--max-failures: 3 of 10")
    profiles = [
        ProfileInUse(NULL_STRING, "Cisco 8845", "SIP", 7),
        ProfileInUse(replace(LSC_FIRST, settings=None), "", "", 0),
    ]
    checked = [CheckedProfile("a", True, 2, 0), CheckedProfile("b", False, 1, 3, ("lsc-first, asked for mic-first",))]
    return [
        capf_plan_report(RenewalOfCluster((STEP,), CLUSTER, VERSION, NOW, "CN=CAPF-1", int(NOW) + 86_400)),
        capf_plan_report(RenewalOfCluster((STEP, STEP), CLUSTER, VERSION, NOW)),
        capf_plan_report(RenewalOfCluster((STEP,), CLUSTER, VERSION, NOW, third_party=ThirdParty.ONLINE)),
        config_report(Configuration("config.toml", True, "lab", {"lab": SETTINGS})),
        config_check_report(ClusterChecked("config.toml", CLUSTER, CHECKS)),
        config_check_report(ClusterChecked(None, CLUSTER, CHECKS[:1])),
        assumptions_report(ASSUMPTIONS, lscctl_version="1.0", cucm_version=VERSION),
        phones_report(told(*PHONES, notes=("a note",))),
        phones_report(told()),
        expiring_report(ExpiringOfCluster(told(*PHONES, notes=("a note",)), Thresholds(90 * DAY))),
        expiring_report(
            ExpiringOfCluster(told(*PHONES), Thresholds(30 * DAY, 14 * DAY, 0.8, 365 * DAY)), per_phone=True
        ),
        expiring_report(ExpiringOfCluster(told(), Thresholds(30 * DAY))),
        capf_report(told(*PHONES, notes=("a note",)), per_phone=True),
        capf_report(told()),
        capf_groups_report(GroupsOfCluster(told(*PHONES), ("device-pool", "status"))),
        changes_report(
            Compared(Side("old.json", "status", 5), Side("lab", None, 5), tuple(every_change()), "lab", ("a note",))
        ),
        changes_report(Compared(Side("old.csv", "capf", 0), Side("new.csv", "expiring", 0), ())),
        plan_report(planned(*PHONES)),
        plan_report(and_then(planned(*PHONES))),
        plan_report(replace(planned(*PHONES), plan=_move(), due=None)),
        diagnosis_report(Diagnoses([SICK])),
        diagnosis_report(Diagnoses([WELL])),
        diagnosis_report(Diagnoses([SICK, WELL, replace(SICK, phone="SEP00112233AAAA")])),
        causes_report([CAUSE]),
        causes_report([CAUSE, CAUSE]),
        preflight_report(PreflightOfCluster(CHECKS, CLUSTER, VERSION, 12)),
        preflight_report(PreflightOfCluster(CHECKS[:1], CLUSTER, VERSION, 12, "run 3 of alice@jump")),
        catalogue_report([("axl", "AXL and roles", "AXL's answers")]),
        *(inspect_report(one) for one in inspected_in_sight()),
        profiles_report(profiles, CLUSTER, VERSION),
        profile_check_report(checked, {"auth_mode": "mic-first"}, CLUSTER, VERSION),
        profile_change_report(profiles[0], "mic-first, RSA 2048", {"Berlin": 3, "Essen": 4}),
        run_report(RunOnCluster(summary, CertificateOperation.INSTALL, CLUSTER, VERSION, 12)),
        run_report(RunOnCluster(then, CertificateOperation.INSTALL, CLUSTER, VERSION, 12)),
        run_report(
            RunOnCluster(
                replace(failed, gate="--max-failures", left="later", stopped="ctrl-C"),
                CertificateOperation.INSTALL,
                CLUSTER,
                VERSION,
            )
        ),
        remembered_run_report(RememberedRun(run, summary, every_phone=True, remedies=(remedy,))),
        remembered_run_report(RememberedRun(run, then)),
        remembered_run_report(
            RememberedRun(run_of(RunState.RUNNING, PhoneState.PENDING), summary_of(PhoneState.PENDING))
        ),
        runs_report(
            [run, run_of(RunState.FINISHED, PhoneState.INSTALLED, number=13)], [replace(remedy, outcome="done")]
        ),
        runs_report(()),
        story_report(PhoneStory(run, "SEP000000000000", STORY)),
        trust_list_report([good, other, pasted], NOW),
        verification_report([compared, other, pasted]),
        difference_report(good, other, diff(good.trust_list, other.trust_list)),
        difference_report(good, good, ()),
        together((ClusterAnswer("hq", 0, phones_report(told(*PHONES))), ClusterAnswer("lab", 5, None, "gone", "look"))),
    ]
