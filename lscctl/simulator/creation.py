"""A cluster out of nothing: tables, CAPF, nodes, sites, and phones."""

import json
import random
import sqlite3

from lscctl.simulator import infrastructure
from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.authority import Authority, Issuer
from lscctl.simulator.clock import ServerClock
from lscctl.simulator.database import create_tables
from lscctl.simulator.manufacturing import Manufacturing
from lscctl.simulator.pkids import NewId, uuid_from
from lscctl.simulator.population import Population
from lscctl.simulator.releases import Release


def populate(
    connection: sqlite3.Connection,
    *,
    phones: int,
    seed: int,
    release: Release,
    assumptions: Assumptions,
    clock: ServerClock,
    capf_port: int,
    nodes: int,
    phone_speed: float,
) -> None:
    """Fill an empty database with a healthy cluster, all but the trust lists: those its nodes write."""
    rng = random.Random(seed)  # noqa: S311  # a population is believable, not secret
    new_id: NewId = lambda: uuid_from(rng)  # noqa: E731  # passed on as it is
    create_tables(connection, release, assumptions)
    values = {
        "version": release.version,
        "seed": str(seed),
        "phone_speed": str(phone_speed),
        "zone": clock.zone,
        "assumptions": json.dumps(assumptions.chosen()),
        "capf": "running",
        "ids": "0",
        "ahead": "0",
    }
    connection.executemany("INSERT INTO sim_cluster VALUES (?, ?)", values.items())
    names = {issuer: f"CAPF-{rng.getrandbits(32):08x}" for issuer in (Issuer.LIVE, Issuer.RETIRED, Issuer.FOREIGN)}
    serials = random.Random(f"{seed} serial numbers")  # noqa: S311  # of certificates that protect nothing
    authority = Authority.create(
        connection,
        now=clock.utc(),
        names={**names, Issuer.ONLINE: "Example Corp, Inc. Issuing CA 2"},
        rng=serials,
    )
    infrastructure.fill(
        connection,
        release=release,
        assumptions=assumptions,
        authority=authority,
        manufacturing=Manufacturing(authority.pairs, seed),
        zone=clock.zone,
        now=clock.utc(),
        capf_port=capf_port,
        node_count=nodes,
        new_id=new_id,
        serials=serials,
    )
    population = Population(
        connection, release=release, assumptions=assumptions, authority=authority, clock=clock, rng=rng, new_id=new_id
    )
    population.fill(phones)
