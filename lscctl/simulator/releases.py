"""The releases of CUCM that the simulator can play, and what came with which."""

from dataclasses import dataclass

_BUILDS = {
    "8.0": "8.0.3.20000(2)",
    "8.5": "8.5.1.10000(26)",
    "8.6": "8.6.2.20000(2)",
    "9.0": "9.0.1.10000(37)",
    "9.1": "9.1.2.10000(28)",
    "10.0": "10.0.1.10000(24)",
    "10.5": "10.5.2.10000(5)",
    "11.0": "11.0.1.10000(10)",
    "11.5": "11.5.1.10000(6)",
    "12.0": "12.0.1.10000(10)",
    "12.5": "12.5.1.10000(22)",
    "14.0": "14.0.1.10000(20)",
    "15.0": "15.0.1.11900(4)",
}
RELEASES = tuple(_BUILDS)


@dataclass(frozen=True)
class Release:
    """One release, named by the newest AXL schema that it speaks, as in "12.5".

    Raises ValueError when there is no such release.
    """

    version: str

    def __post_init__(self) -> None:
        if self.version not in _BUILDS:
            raise ValueError(f"no release {self.version!r}: there are {', '.join(RELEASES)}")

    def _since(self, version: str) -> bool:
        return RELEASES.index(self.version) >= RELEASES.index(version)

    @property
    def build(self) -> str:
        """The full version as getCCMVersion tells it; the first builds' numbers are as published."""
        return _BUILDS[self.version]

    @property
    def schemas(self) -> tuple[str, ...]:
        """The AXL schemas it speaks, oldest first: its own major release's and those of the two before.

        So 15.0 speaks 12.x, 14.0 and 15.0, as its own refusal says [field guide 3].
        """
        majors = list(dict.fromkeys(version.split(".", maxsplit=1)[0] for version in RELEASES))
        own = majors.index(self.version.split(".", maxsplit=1)[0])
        spoken = majors[max(0, own - 2) : own + 1]
        return tuple(
            version
            for version in RELEASES[: RELEASES.index(self.version) + 1]
            if version.split(".", maxsplit=1)[0] in spoken
        )

    @property
    def has_key_order(self) -> bool:
        """Whether profiles know a key order and EC sizes: from 11.0 [field guide 3]."""
        return self._since("11.0")

    @property
    def has_lsc_columns(self) -> bool:
        """Whether `device` tells an LSC's expiry and issuer: from 11.5 [field guide 4]."""
        return self._since("11.5")

    @property
    def has_long_rsa_keys(self) -> bool:
        """Whether RSA keys of 3072 and 4096 bits exist: from 11.5 [field guide 2]."""
        return self._since("11.5")

    @property
    def has_sip_oauth(self) -> bool:
        """Whether profiles can ask for SIP OAuth: from 12.5 [SG12.5]."""
        return self._since("12.5")

    @property
    def has_online_ca(self) -> bool:
        """Whether CAPF can have an Online CA sign: from 12.5 [field guide 1]."""
        return self._since("12.5")

    @property
    def has_itl_status(self) -> bool:
        """Whether the cluster knows each SIP phone's ITL status: from 14.0 [field guide 6]."""
        return self._since("14.0")

    @property
    def refuses_unfit_capf(self) -> bool:
        """Whether TLS fails with a CAPF certificate that may not sign: from 14SU2, of which 14.0 stands for all [field guide 6]."""
        return self._since("14.0")

    @property
    def asks_before_certificates_reset(self) -> bool:
        """Whether an enterprise parameter decides that a changed certificate resets phones: from 14.0 [field guide 2]."""
        return self._since("14.0")

    @property
    def signs_with_itl_recovery(self) -> bool:
        """Whether the ITLRecovery key signs trust lists: from 12.0 (*assumed*)."""
        return self._since("12.0")

    def trusts_mic_of(self, issuer: str) -> bool:
        """Whether CAPF-trust holds a MIC's issuer: recent releases dropped CAP-RTP, older ones lack the newest CA.

        Which releases those are is *assumed*: 14.0 drops, 12.5 adds [field guide 1].
        """
        if issuer.startswith("CAP-RTP"):
            return not self._since("14.0")
        return issuer != "Cisco Manufacturing CA III" or self._since("12.5")
