"""What reports on trust lists tell of: a list, where it comes from, and what it is worth."""

from dataclasses import dataclass

from lscctl.trustlist.certificate import Certificate
from lscctl.trustlist.values import Record, TrustList
from lscctl.trustlist.verification import Verdict, Verification


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether a list holds a certificate, or is like another list: `what` was compared, `same` or not (None: unknown), and how."""

    what: str
    same: bool | None
    why: str


@dataclass(frozen=True, slots=True)
class ListFrom:
    """A list with where it comes from, what its signature is worth, and what else is to say."""

    source: str
    trust_list: TrustList
    verification: Verification
    warnings: tuple[str, ...] = ()
    comparisons: tuple[Comparison, ...] = ()

    @property
    def problem(self) -> str:
        """What is wrong with the list as such: missing, cut off."""
        printed = self.trust_list.printed
        if printed is None:
            return ""
        if printed.problem or printed.length == 0:
            return f"the node says: {printed.problem or 'the list is empty'}"
        return "parts of what the node printed are missing" if printed.cut else ""

    @property
    def sound(self) -> bool:
        """Whether the signature is good and everything compared is the same."""
        return self.verification.verdict is Verdict.GOOD and all(one.same for one in self.comparisons)


def certificate_of(record: Record) -> tuple[Certificate | None, str]:
    """The certificate of a record, None where it holds none; and why it cannot be read, '' where it can."""
    if record.certificate is None:
        return None, ""
    try:
        return Certificate.read(record.certificate), ""
    except ValueError as error:
        return None, str(error)
