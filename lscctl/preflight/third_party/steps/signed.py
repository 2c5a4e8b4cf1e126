"""CAPF's own certificate signed by another CA; CAPF goes on signing LSCs."""

from collections.abc import Iterator

from lscctl.capf_renewal import RenewalStep
from lscctl.preflight.capf_renewal.steps import told_to_phones, when_phones_reset
from lscctl.preflight.checks.of_the_plan import counted
from lscctl.preflight.third_party.steps.site import (
    CAPF_SERVICE,
    CONTROL_CENTER,
    MANAGEMENT,
    Site,
    agree_on_hours,
    leave_the_old_until_last,
    look_first,
    trust_elsewhere,
    try_cisco_capf,
    upload_chain,
)


def steps(site: Site) -> Iterator[RenewalStep]:
    """From the CA to the last LSC."""
    yield look_first(site)
    yield try_cisco_capf(site)
    yield RenewalStep(
        "Have the CA ready to sign a CA below itself: CA:TRUE, pathlen:0, Digital Signature, Certificate Sign",
        "the CA",
        "on a Microsoft CA a template like Subordinate Certification Authority; with less, TLS with CAPF fails from 14SU2 on",
        "nothing",
        f"lscctl capf check {site.ca}: ca passes (chain, dates, path lengths)",
    )
    yield agree_on_hours()
    yield from upload_chain(site)
    yield from when_phones_reset(site.publisher, asks=site.asks)
    yield RenewalStep(
        "Make a request for CAPF's certificate, and have the CA sign it",
        f"{site.publisher}: {MANAGEMENT}",
        "Generate CSR > Certificate Purpose: CAPF, then Download CSR",
        "no phone: CAPF goes on with the certificate of now",
        "the CA has signed it, with CA:TRUE and pathlen:0",
    )
    yield RenewalStep(
        "Upload what the CA signed as CAPF's certificate",
        f"{site.publisher}: {MANAGEMENT}",
        "Upload Certificate/Certificate chain > Certificate Purpose: CAPF",
        f"up to {counted(site.phones)}: CUCM may reset them; {counted(site.of_capf)} have an LSC of the certificate before",
        "the list shows CAPF as CA-signed",
    )
    yield RenewalStep(
        f"Start, or restart, {CAPF_SERVICE}",
        f"{site.publisher}: {CONTROL_CENTER}",
        "CAPF presents the new certificate from now on",
        "no phone",
        f"lscctl capf check {site.ca}: capf-issuer passes",
    )
    yield from told_to_phones(site.servers, site.publisher, site.phones, mixed=site.mixed)
    yield trust_elsewhere("lscctl capf export capf.pem writes CAPF's certificate and its chain")
    yield RenewalStep(
        "Try it on a few phones, now with the CA behind CAPF",
        "here",
        f"lscctl bulk-install {site.canary} --renew",
        "5 phones restart",
        f"lscctl capf verify {site.ca} {site.canary} passes, and 802.1X and VPN let them in",
    )
    yield RenewalStep(
        f"Renew the LSCs that the certificate before signed ({site.of_capf:,} now), in waves",
        "here",
        "lscctl renew --old-capf",
        f"{counted(site.of_capf)} restart, behind the gates of every rollout",
        f"lscctl capf verify {site.ca} passes",
    )
    yield leave_the_old_until_last(site, "CAPF's certificate of before")
