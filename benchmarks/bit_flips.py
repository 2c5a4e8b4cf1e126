"""`bit-flips`: every bit of one real-sized list, flipped by itself: how many of the lists that come out verify."""

from benchmarks._lists import Makings
from lscctl.trustlist import binary
from lscctl.trustlist.values import TrustListError
from lscctl.trustlist.verification import Verdict, verify


def run(seed: int) -> dict[str, int]:
    """Flip them all. Figures: `bits`, `records`, `accepted` (verdict good), `unreadable`, `violations` (those accepted)."""
    content = Makings(seed).itl(nodes=4)
    if verify(binary.parse(content)).verdict is not Verdict.GOOD:
        raise SystemExit("the list itself does not verify")
    accepted = unreadable = 0
    for bit in range(len(content) * 8):
        flipped = bytearray(content)
        flipped[bit // 8] ^= 1 << bit % 8
        try:
            accepted += verify(binary.parse(bytes(flipped))).verdict is Verdict.GOOD
        except TrustListError:
            unreadable += 1
    records = len(binary.parse(content).records)
    return {
        "bits": len(content) * 8,
        "records": records,
        "accepted": accepted,
        "unreadable": unreadable,
        "violations": accepted,
    }
