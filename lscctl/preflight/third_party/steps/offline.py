"""An Offline CA: each phone's request is carried to it by hand, and what it signed back again."""

from collections.abc import Iterator

from lscctl.capf_renewal import RenewalStep
from lscctl.preflight.checks.of_the_plan import counted
from lscctl.preflight.third_party.steps.site import (
    Site,
    choose_issuer,
    leave_the_old_until_last,
    look_first,
    trust_elsewhere,
    try_cisco_capf,
    upload_chain,
)


def steps(site: Site) -> Iterator[RenewalStep]:
    """From the decision to a group of phones, again and again."""
    yield RenewalStep(
        f"Decide whether it must be: {counted(site.phones)} would each need a request that somebody carries to the CA and back",
        "here",
        "Cisco recommends an Online CA (--issuer online) in its place; CAPF's own certificate from the CA (--issuer signed) needs "
        "one signature in all. bulk-install makes no sense with an Offline CA and leaves phones out (offline-ca)",
        "nothing yet",
        "it is few phones, and there is no other way",
    )
    yield look_first(site)
    yield try_cisco_capf(site)
    yield from upload_chain(site)
    yield RenewalStep(
        "Let phones wait longer: CAPF holds the line to each until its certificate is there",
        f"{site.publisher}: the command line",
        "utils capf set keep_alive, 5 to 60 minutes (15 unless set), so that no firewall cuts the line to port 3804",
        "no phone",
        "it is set",
    )
    yield from choose_issuer(site, "Offline CA", "")
    yield trust_elsewhere("the CA's own chain, as for any certificate of it")
    yield from _group(site)
    yield RenewalStep(
        "Go on with the next group",
        "here",
        f"lscctl status --lsc none; those with LSCs of CAPF ({site.of_capf:,} now): lscctl status --lsc-issuer 'CAPF-*'",
        "as before, group by group",
        f"lscctl capf verify {site.ca} passes for all that are meant",
    )
    yield leave_the_old_until_last(site, "CAPF's own certificate")


def _group(site: Site) -> Iterator[RenewalStep]:
    """What is done for each group of phones."""
    yield RenewalStep(
        "Have a few phones make their requests: Install/Upgrade, with a deadline days ahead",
        f"{site.publisher}: Cisco Unified CM Administration > Device > Phone, or Bulk Administration > Phones > Update Phones > "
        "Query",
        "Certification Authority Proxy Function (CAPF) Information > Certificate Operation: Install/Upgrade, Save, Apply Config",
        "these phones restart; nobody restarts them after that until they have their LSC",
        "utils capf csr count on the publisher counts them; lscctl status --status pending shows them",
    )
    yield RenewalStep(
        "Take their requests out, and have the CA sign them",
        f"{site.publisher}: the command line, then the CA",
        "utils capf csr list, then utils capf csr dump to an FTP or TFTP server; what is signed needs Digital Signature and Key "
        "Encipherment",
        "no phone; one that restarts meanwhile makes a new request, and what was signed for the old one is lost",
        "the CA has signed each of them",
    )
    yield RenewalStep(
        "Bring back what the CA signed",
        f"{site.publisher}: the command line",
        "utils capf cert import from that FTP or TFTP server; what came too late: utils capf stale-lsc list, and delete",
        "each phone takes its LSC and restarts",
        f"lscctl capf verify {site.ca} {site.canary} passes, and 802.1X and VPN let them in; lscctl status --status pending shows "
        "who still waits",
    )
