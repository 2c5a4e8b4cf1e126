"""Live cases: everything that a cluster and its phones tell, gathered side by side and put together phone by phone."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from lscctl.capf import CapfSettings
from lscctl.cucm.cluster import Cluster
from lscctl.cucm.itl_status import ItlStatus
from lscctl.cucm.name_servers import NameServers
from lscctl.diagnosis.case import Case
from lscctl.diagnosis.knowledge import Knowledge
from lscctl.diagnosis.mailed import Given, join_given, read_given
from lscctl.diagnosis.reading.attempts import CAPF_PORT
from lscctl.diagnosis.sightings import Questions, Sightings
from lscctl.errors import LscctlError
from lscctl.finding import NOW, Door, Place, Source
from lscctl.gathering.cluster_wide import ClusterWide, ask_cluster
from lscctl.gathering.doors import Stated, left_alone, not_had, state
from lscctl.gathering.lists import held_list
from lscctl.gathering.names import Names
from lscctl.gathering.network import Network, network_of
from lscctl.gathering.rows import (
    PROFILE,
    ROW,
    WHEREABOUTS,
    departure_facts,
    is_away,
    is_done_and_away,
    planned_facts,
    registration_facts,
    row_facts,
    since_when,
)
from lscctl.gathering.servers import add_servers
from lscctl.gathering.shown import believed_facts, certificate_facts
from lscctl.gathering.visits import HTTPS, Visit, read_pages, somebody_else, visits
from lscctl.inspection import Sight, Unseen
from lscctl.phone import Phone, Registration, Sighting

_TOLD_EVERY: Final = 250
_ITL_STATUS: Final = Place(Source.CLUSTER, "ITL status of phones")
_ITL_ON_PHONE: Final = {ItlStatus.MISMATCH: "mismatch", ItlStatus.NOT_INSTALLED: "not-installed"}


@dataclass(slots=True)
class _Met:
    """A phone that was visited: its case, its network configuration and certificate, as far as it told them."""

    phone: Phone
    case: Case
    network: Network | None = None
    certificate: Sight | None = None


def gather_live(
    cluster: Cluster,
    phones: Sequence[Phone],
    knowledge: Knowledge,
    *,
    files: Sequence[Given] = (),
    planned: Mapping[str, CapfSettings] | None = None,
    without: Collection[Door] = (),
    progress: Callable[[str], None] = lambda _said: None,
) -> list[Case]:
    """A case for each of the phones, in their order, then one for each other phone that only the files name.

    The phones were looked up with their registration. `files` were mailed beside; `planned` are the settings with which a run
    wrote them, `{name: settings}`; `without` are doors that are left alone. What
    could not be had is named in the cases, and never raised, but for files that cannot be read (UsageError).
    """
    given = read_given(files, knowledge) if files else None  # before anybody is asked for anything
    questions = Questions(knowledge.conditions())
    with ThreadPoolExecutor(1, thread_name_prefix="cluster-wide") as pool:
        asked = pool.submit(ask_cluster, cluster, without)
        all_met = list(_meet(cluster, phones, without, questions, progress))
        wide = asked.result()
    departures = _departures(cluster, all_met, without)
    names = None if Door.NAMES in without else _names(cluster, all_met, wide)
    for met in all_met:
        _add_what_the_cluster_tells(met, wide, departures, without)
        _add_servers(met, wide, names)
        if planned and met.phone.name in planned:
            state(met.case, planned_facts(met.phone, planned[met.phone.name]), NOW)
    cases = [met.case for met in all_met]
    if given is not None:
        join_given(given, cases, {met.phone.address: met.phone.name for met in all_met if met.phone.address})
    return cases


def _meet(
    cluster: Cluster,
    phones: Sequence[Phone],
    without: Collection[Door],
    questions: Questions,
    progress: Callable[[str], None],
) -> Iterator[_Met]:
    """Visit the phones, and read what each tells as soon as it is there."""
    capf_port = _capf_port(cluster)
    for number, (phone, visit) in enumerate(zip(phones, visits(cluster, phones, without), strict=True), start=1):
        yield _met(phone, visit, questions, capf_port)
        if number % _TOLD_EVERY == 0:
            progress(f"visited {number:,} of {len(phones):,} phones")


def _capf_port(cluster: Cluster) -> int:
    """CAPF's port, as phones' logs show it; the usual one where the cluster does not tell."""
    try:
        return cluster.capf_port()
    except LscctlError:
        return CAPF_PORT


def _met(phone: Phone, visit: Visit, questions: Questions, capf_port: int) -> _Met:
    met = _Met(phone, Case(Sightings(questions), phone.name, phone.model), certificate=visit.certificate)
    case, pages = met.case, visit.pages
    if pages is None:
        case.missing.append(left_alone(Door.PHONE_PAGES))
    elif pages.unseen:
        case.missing.append(f"{Door.PHONE_PAGES.tells}: {pages.unseen}")
    else:
        reading = read_pages(pages, questions, capf_port)
        if other := somebody_else(pages, reading, phone):
            why = f"at {phone.address}, where it was last, there is {other} now"
            case.missing.append(f"{Door.PHONE_PAGES.tells}: {why}")
            if met.certificate is not None:
                met.certificate = Sight(met.certificate.source, unseen=Unseen.NO_ADDRESS, why=why)
            return met
        for piece in reading.pieces:
            piece.join(case)
        case.missing += [*pages.missing, *reading.opened.passed_over]
        met.network = network_of(pages.pages)
    return met


def _add_what_the_cluster_tells(
    met: _Met, wide: ClusterWide, departures: Mapping[str, Sighting], without: Collection[Door]
) -> None:
    phone, case = met.phone, met.case
    clock = wide.ground.cluster.clock
    case.looked_at += [ROW, PROFILE]
    state(case, row_facts(phone, clock, wide.facts), NOW)
    _add_registration(met, wide, departures.get(phone.name), without)
    wide.told.add_to(case)
    _add_certificate(met, wide)


def _add_registration(met: _Met, wide: ClusterWide, left: Sighting | None, without: Collection[Door]) -> None:
    """Where the phone is; of one that is away `left` is how it was last seen."""
    phone, case, clock = met.phone, met.case, wide.ground.cluster.clock
    if Door.REGISTRATION in without:
        case.missing.append(left_alone(Door.REGISTRATION))
    elif phone.registration is Registration.NOT_ASKED:
        case.missing.append(f"{Door.REGISTRATION.tells}: neither RIS nor the database tells")
    else:
        case.looked_at.append(WHEREABOUTS)
        state(case, registration_facts(phone, since_when(left, clock), ipv6_enabled=wide.ipv6_enabled), NOW)
        if is_done_and_away(phone):
            state(case, departure_facts(phone, left or Sighting(phone.registration), clock), NOW)


def _departures(cluster: Cluster, all_met: Sequence[_Met], without: Collection[Door]) -> Mapping[str, Sighting]:
    """When phones left that are away, `{name: sighting}`: RIS is asked for those alone."""
    away = {met.phone.name: met.case for met in all_met if is_away(met.phone)}
    if Door.REGISTRATION in without or not away:
        return {}
    try:
        return cluster.sightings(list(away))
    except LscctlError as error:
        for case in away.values():
            case.missing.append(not_had("when it left", error))
        return {}


def _names(cluster: Cluster, all_met: Sequence[_Met], wide: ClusterWide) -> Names:
    """The phones' name servers, asked for all phones at once."""
    try:
        nodes, publisher = tuple(node.name for node in wide.ground.nodes), wide.ground.publisher.name
    except LscctlError as error:
        wide.told.missing.append(not_had("the names of the cluster's nodes", error))
        nodes, publisher = (), ""
    names = Names(NameServers(cluster.nodes.routes), nodes, publisher)
    names.prepare(met.network for met in all_met if met.network is not None)
    return names


def _add_servers(met: _Met, wide: ClusterWide, names: Names | None) -> None:
    """What concerns only the servers that this phone asks, as its network configuration tells them."""
    case, network = met.case, met.network
    addresses = dict(wide.addresses)
    if names is None:
        case.missing.append(left_alone(Door.NAMES))
    elif network is None:
        case.missing.append(f"{Door.NAMES.tells}: no page of the phone's tells them")
    else:
        names.look(network).add_to(case)
        addresses |= names.addresses(network)
    server = add_servers(case, network, addresses, wide)
    _add_itl(met, wide, server)


def _add_itl(met: _Met, wide: ClusterWide, server: str) -> None:
    """The phone's ITL beside that of its server: by its own page, else as CUCM has it."""
    if met.phone.support.security_by_default is False:
        return
    held = held_list(met.network.itl, server, wide.lists) if met.network is not None and met.network.itl else None
    if met.network is not None and held is not None:
        alike, said = held
        state(met.case, [Stated("itl-on-phone", "match" if alike else "mismatch", met.network.place, said)], NOW)
        return
    status = wide.itl_status.get(met.phone.pkid) if wide.itl_status is not None else None
    if status is not None:
        said = f"CUCM says of its ITL: {status}"
        state(met.case, [Stated("itl-on-phone", _ITL_ON_PHONE[status], _ITL_STATUS, said)], NOW)


def _add_certificate(met: _Met, wide: ClusterWide) -> None:
    state(met.case, believed_facts(met.phone, wide), NOW)
    sight = met.certificate
    if sight is None:
        met.case.missing.append(left_alone(Door.PHONE_CERTIFICATES))
    elif sight.certificate is None:
        met.case.missing.append(f"{Door.PHONE_CERTIFICATES.tells}: {sight.why}")
    else:
        met.case.looked_at.append(HTTPS)
        state(met.case, certificate_facts(sight, met.phone, wide), NOW)
