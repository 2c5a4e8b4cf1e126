"""The security profiles that a believable cluster has, and which of them a phone uses."""

import random
import sqlite3
from dataclasses import dataclass

from lscctl.simulator import enumerations as enums
from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.models import ANY_MODEL, MODELS, PROTOCOL_ENUM, SIP_TRUNK_MODEL, UNIVERSAL_MODEL, Model
from lscctl.simulator.pkids import NewId
from lscctl.simulator.profiles import Profile, Profiles, Settings
from lscctl.simulator.releases import Release

_STRING, _NULL, _LSC, _MIC = enums.MODES


@dataclass(frozen=True)
class _Custom:
    """A custom profile that some models have, and how many of a hundred of their phones use it."""

    title: str
    settings: Settings
    share: int
    security_mode: str = "Non Secure"
    encrypted_configuration: bool = False
    capf: int = 2


# The rest of a hundred phones of a model use its predefined profile.
_CUSTOM = (
    _Custom("802.1X", Settings(_NULL), 16),
    _Custom("MIC first", Settings(_MIC), 17),
    _Custom("LSC first", Settings(_LSC), 9),
    _Custom("Zeichenfolge für Büros", Settings(_STRING), 2),
    _Custom("Authenticated", Settings(_MIC), 2, "Authenticated"),
    _Custom("Encrypted", Settings(_LSC), 3, "Encrypted"),
    _Custom("Encrypted + TFTP", Settings(_MIC), 1, "Encrypted", encrypted_configuration=True),
    _Custom("O'Hare 100% EC", Settings(_MIC, "EC Only", 2048, 384), 2, capf=3),
    _Custom("EC preferred", Settings(_NULL, "EC Preferred, RSA Backup", 2048, 256), 2, capf=3),
    _Custom("RSA 4096", Settings(_MIC, rsa_size=4096), 1, capf=3),
    _Custom("RSA 1024 (old)", Settings(_NULL, rsa_size=1024), 1),
)


@dataclass(frozen=True)
class _Group:
    """Profiles that phones of one model and protocol choose from, with weights."""

    profiles: tuple[Profile, ...]
    weights: tuple[int, ...]


class ProfileSet:
    """The profiles of a cluster's models, and the draw between them."""

    def __init__(
        self, connection: sqlite3.Connection, *, release: Release, assumptions: Assumptions, new_id: NewId
    ) -> None:
        self._profiles = Profiles(connection, release, assumptions)
        self._release = release
        self._new_id = new_id
        self._groups: dict[tuple[int, str], _Group] = {}

    def draw(self, model: Model, protocol: str, rng: random.Random) -> Profile:
        """Draw the profile of a phone."""
        group = self._groups[model.number, protocol]
        return rng.choices(group.profiles, group.weights)[0]

    def predefined(self, model: Model, protocol: str) -> Profile:
        """Give the profile that comes with CUCM."""
        return self._groups[model.number, protocol].profiles[0]

    def add(self) -> None:
        """Insert them all: predefined and custom ones, the universal one, and two of trunks."""
        for model in MODELS:
            for protocol in model.protocols:
                group = self._group(model, protocol)
                self._groups[model.number, protocol] = group
                for profile in group.profiles:
                    self._profiles.add(profile)
        name = "Universal Device Template - Model-independent Security Profile"
        self._profiles.add(Profile(self._new_id(), name, UNIVERSAL_MODEL, ANY_MODEL, standard=True, policy=99))
        for trunk, policy, standard in (("Non Secure SIP Trunk Profile", 1, True), ("SIP Trunk TLS", 8, False)):
            security = "Non Secure" if standard else "Encrypted"
            self._profiles.add(
                Profile(self._new_id(), trunk, SIP_TRUNK_MODEL, 11, Settings(), security, standard, policy=policy)
            )

    def _group(self, model: Model, protocol: str) -> _Group:
        enum = PROTOCOL_ENUM[protocol]
        name = f"{model.name} - Standard {protocol} Non-Secure Profile"
        made = [Profile(self._new_id(), name, model.number, enum, standard=True, description=name)]
        weights = [0]
        for custom in _CUSTOM:
            if custom.capf > model.capf or custom.settings.rsa_size > self._largest_rsa(model):
                continue
            if custom.settings.key_order != "RSA Only" and not self._release.has_key_order:
                continue
            if custom.settings.mode == _MIC and not model.mic:
                continue
            title = f"{model.short} {protocol} - {custom.title}"
            made.append(
                Profile(
                    self._new_id(),
                    title,
                    model.number,
                    enum,
                    custom.settings,
                    custom.security_mode,
                    encrypted_configuration=custom.encrypted_configuration,
                )
            )
            weights.append(custom.share)
        weights[0] = 100 - sum(weights)
        return _Group(tuple(made), tuple(weights))

    def _largest_rsa(self, model: Model) -> int:
        return model.largest_rsa if self._release.has_long_rsa_keys else min(model.largest_rsa, 2048)
