"""Valid trust lists to start from, made with keys of one run."""

import random
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from lscctl.simulator.node_console import show
from lscctl.simulator.trust_lists import Entry, Signer, build
from lscctl.trustlist.format import Digest, Function

_MADE = datetime(2026, 1, 1, tzinfo=UTC)


class Makings:
    """Certificates, and lists made of them. Only sizes and kinds follow from the seed: keys are new in each run."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._signer = _identity("ITLRECOVERY_cucm-pub")
        self._others = {
            Function.CCM_TFTP: _identity("cucm-pub").certificate,
            Function.CAPF: _identity("CAPF-0a1b2c3d").certificate,
            Function.TVS: _identity("cucm-pub-tvs").certificate,
        }

    def itl(self, digest: Digest = Digest.SHA512, nodes: int = 3) -> bytes:
        """The ITL of a cluster of so many nodes, as large as real ones: some records hold a certificate, some a host only."""
        entries = [Entry(Function.SAST, self._signer.certificate, "cucm-pub")]
        for function, certificate in self._others.items():
            hosts = nodes if function is Function.TVS else 1
            entries += [Entry(function, certificate, f"cucm-{host}", bytes((10, 0, 0, host))) for host in range(hosts)]
        entries += [Entry(Function.TFTP, None, f"cucm-{host}", bytes((10, 0, 0, host))) for host in range(nodes)]
        return self._built(entries, "ITLFile.tlv", digest)

    def files(self) -> list[bytes]:
        """Lists of every kind that the format allows: each digest, hashes for certificates, records of a host only."""
        bare = [Entry(Function.SAST, self._signer.certificate, "a", hash_only=True), Entry(Function.TVS, None, "b")]
        hashed = [Entry(kind, found, "c", hash_only=True) for kind, found in self._others.items()]
        kinds = [bare, bare + hashed, hashed + bare]
        made = [self._built(kind, self._random.choice(("CTLFile.tlv", "ITLSEP001122334455.tlv")), digest)
                for kind in kinds for digest in Digest]  # fmt: skip
        return [*made, *(self.itl(digest, nodes) for digest in Digest for nodes in (1, 4))]

    def texts(self) -> list[str]:
        """What nodes print of such lists, also two after each other and one that is missing."""
        shown = [show("ITL", content, _MADE) for content in self.files()[:6]]
        return [*shown, shown[0] + shown[1], shown[2] + show("CTL", None, _MADE), " ".join(shown[3].split())]

    def _built(self, entries: list[Entry], name: str, digest: Digest) -> bytes:
        version = self._random.choice((None, b"\1\0", b"\1\1"))
        return build(
            entries,
            self._signer,
            file_name=name,
            timestamp=int(_MADE.timestamp()),
            digest=digest,
            signer_version=version,
        )


def _identity(name: str) -> Signer:
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_MADE - timedelta(days=900))
        .not_valid_after(_MADE + timedelta(days=3_000))
        .sign(key, hashes.SHA256())
    )
    return Signer(certificate, key)
