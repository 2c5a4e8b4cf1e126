"""Visits to simulated phones of every generation, over real sockets."""

from lscctl.cucm.phone_doors import Pace, PhoneDoors
from lscctl.finding import Door, Source
from lscctl.gathering.visits import visits
from lscctl.phone import PhoneQuery
from tests.cucm.bench import own_bench


def test_phones_of_every_generation_give_their_pages() -> None:
    with own_bench("15.0", phones=120) as bench, bench.connect(connect_to=bench.server.doors()) as cluster:
        cluster.phone_doors = PhoneDoors(cluster.nodes.routes, pace=Pace(200), patience=4)
        phones = cluster.find(PhoneQuery()).phones
        found = {
            phone.name: visit.pages
            for phone, visit in zip(phones, visits(cluster, phones, {Door.PHONE_CERTIFICATES}), strict=True)
            if visit.pages is not None
        }
        models = {phone.name: phone.model for phone in phones}
        rows = bench.rows("SELECT d.name, p.web FROM sim_phone p JOIN device d ON d.pkid = p.fkdevice")
        webs = {str(name): str(web) for name, web in rows}
    assert len(found) == len(phones)
    answered = {name: seen for name, seen in found.items() if not seen.unseen}
    assert {webs[name] for name in answered} == {"on", "https"}
    assert len({models[name] for name in answered}) > 6
    for name, seen in answered.items():
        pages = [page for page in seen.pages if page.source is Source.PHONE_PAGE]
        assert len(pages) == 3, seen.missing
        assert name.encode() in b"".join(page.content for page in pages)
    logs = {
        models[name] for name, seen in answered.items() if any(page.source is Source.CONSOLE_LOG for page in seen.pages)
    }
    assert {"Cisco 8845", "Cisco 7965"} <= logs
    unseen = {seen.unseen for seen in found.values()} - {""}
    assert any("nobody answers" in why for why in unseen)
    assert any("web access" in why for why in unseen)
