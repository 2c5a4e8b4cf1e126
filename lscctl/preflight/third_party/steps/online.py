"""An Online CA: CAPF hands each request to it, and it signs in CAPF's place."""

from collections.abc import Iterator

from lscctl.capf_renewal import RenewalStep
from lscctl.preflight.checks.of_the_plan import counted
from lscctl.preflight.third_party.steps.site import (
    PARAMETERS,
    Site,
    choose_issuer,
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
    yield from _ready(site)
    yield from upload_chain(site)
    yield RenewalStep(
        "Activate Cisco Certificate Enrollment Service on the publisher",
        f"{site.publisher}: Cisco Unified Serviceability > Tools > Service Activation",
        "Security Services; it speaks with the CA for CAPF",
        "no phone",
        f"lscctl capf check {site.ca}: enrolment-service passes",
    )
    yield from choose_issuer(
        site,
        "Online CA",
        ", with Online CA Hostname, Port, Template, Type (Microsoft CA), Username and Password",
    )
    yield trust_elsewhere(
        "the CA's own chain, as for any certificate of it; lscctl capf export writes CAPF's, which signs no more"
    )
    yield RenewalStep(
        "Try it on the few phones of before, now with the CA",
        "here",
        f"lscctl bulk-install {site.canary} --renew",
        "5 phones restart",
        f"lscctl capf verify {site.ca} {site.canary} passes, and 802.1X and VPN let them in; CA Communication Failure: name, trust "
        "or service; CA Rejected Connection: template, user or EC keys",
    )
    yield RenewalStep(
        f"Renew the LSCs that CAPF signed ({site.of_capf:,} now), and install the others, in waves",
        "here",
        "lscctl renew --old-capf; lscctl bulk-install for phones without any",
        f"{counted(site.of_capf)} restart, and those that get their first LSC, behind the gates of every rollout",
        f"lscctl capf verify {site.ca} passes",
    )
    yield RenewalStep(
        "Know the way back: Certificate Issuer to Endpoint to Cisco Certificate Authority Proxy Function, restart, install again",
        f"{site.publisher}: {PARAMETERS}",
        "LSCs of the CA stay good as long as the stores hold its chain",
        "no phone by itself",
        "nobody needs it",
    )
    yield leave_the_old_until_last(site, "CAPF's own certificate")


def _ready(site: Site) -> Iterator[RenewalStep]:
    yield RenewalStep(
        "Have the CA ready: a Microsoft CA with web enrolment, a template, and a user that may enrol",
        "the CA",
        "the template takes the subject from the request, with Digital Signature and Key Encipherment; the site speaks English, "
        "with NTLM, asks for no client certificate, and its HTTPS certificate is from the CA, for its full name",
        "nothing",
        "https://NAME/certsrv/ lets that user in, with a certificate of the CA",
    )
    yield RenewalStep(
        "Let the publisher know the CA by that name, and reach it",
        f"{site.publisher}: the command line",
        "utils network host NAME; utils network connectivity NAME 443",
        "no phone",
        "both succeed",
    )
    if site.fips:
        yield RenewalStep(
            "Leave FIPS mode, or choose another way: it excludes an Online CA",
            f"{site.publisher}: the command line",
            "utils fips status; the other way is CAPF's own certificate from the CA: lscctl capf plan --issuer signed",
            "leaving FIPS restarts the node and renews its certificates: a project of its own",
            f"lscctl capf check {site.ca}: online-ca names FIPS no more",
        )
    if site.elliptic:
        yield RenewalStep(
            f"Decide about the {counted(site.elliptic)} whose profile asks for EC keys: an Online CA signs none",
            "here",
            "lscctl profiles list; RSA Only in their profile, or they keep what they have and are left out",
            "changing a profile can restart all its phones",
            f"lscctl capf check {site.ca}: keys passes, or what is left is meant so",
        )
