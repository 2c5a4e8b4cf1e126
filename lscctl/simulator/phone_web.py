"""The web servers of phones: which phone is at an address, whether it answers there, and the certificate that it shows."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.authority import Authority, pem_of
from lscctl.simulator.key_pairs import private_pem
from lscctl.simulator.manufacturing import Manufacturing
from lscctl.simulator.models import BY_NUMBER, Model
from lscctl.simulator.phone_pages.portrait import Painter
from lscctl.simulator.phone_pages.site import Page, page
from lscctl.simulator.phone_pages.telling import Telling

Scheme = Literal["http", "https"]


@dataclass(frozen=True)
class WebPhone:
    """A phone that is on the network, as its web server knows it.

    web: `off`, `on` for HTTP and HTTPS, or `https` alone. mic: the issuer of its MIC, None without one.
    """

    pkid: str
    name: str
    model: Model
    web: str
    mic: str | None

    def serves(self, scheme: Scheme) -> bool:
        """Whether its web server takes this kind of connection."""
        if scheme == "https":
            return self.web != "off" and self.model.https
        return self.web == "on"


class PhoneWeb:
    """Phones as web servers; use it under the cluster's lock."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        assumptions: Assumptions,
        authority: Authority,
        manufacturing: Manufacturing,
        painter: Painter,
    ) -> None:
        self._connection = connection
        self._assumptions = assumptions
        self._authority = authority
        self.manufacturing = manufacturing
        self._painter = painter

    def tell(self, telling: Telling) -> None:
        """Let all phones write their logs in this way from now on, and what they wrote before."""
        self._painter.telling = telling

    def at(self, address: str) -> WebPhone | None:
        """The phone that has an address; None where none answers: none has it, or it is not on the network just now."""
        row = self._connection.execute(
            "SELECT d.pkid, d.name, d.tkmodel, p.web, p.mic FROM sim_phone p JOIN device d ON d.pkid = p.fkdevice"
            " WHERE p.ip = ? AND p.powered = 't' AND p.expressway = 'f'"
            " AND NOT EXISTS (SELECT 1 FROM sim_event e WHERE e.fkdevice = p.fkdevice AND e.kind IN ('fetch', 'return'))"
            " ORDER BY d.ctiid LIMIT 1",
            (address,),
        ).fetchone()
        if row is None:
            return None
        pkid, name, model, web, mic = row
        return WebPhone(pkid, name, BY_NUMBER[model], web, mic)

    def page(self, phone: WebPhone, target: str) -> Page | None:
        """What a phone answers to a request for a target, None where it has no such page."""
        return page(self._painter.paint(phone.pkid), target, log_as=self._assumptions.device_log)

    def identity(self, phone: WebPhone) -> tuple[str, Callable[[], str]] | None:
        """The certificate that a phone shows on HTTPS as PEM, and what gives its key: the LSC, or the MIC of one without.

        None for a phone that has neither.
        """
        key = self._authority.lsc_key(phone.name)
        if key is not None and (self._assumptions.https_certificate == "lsc" or phone.mic is None):
            lsc, pair = self._authority.lsc_of(phone.name), key
            return None if lsc is None else (lsc, lambda: private_pem(self._authority.pairs.private(pair)))
        if phone.mic is None:
            return None
        mic = self.manufacturing.mic(phone.name, phone.model, phone.mic)
        return pem_of(mic), lambda: private_pem(self.manufacturing.mic_key())
