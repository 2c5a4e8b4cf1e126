"""Visits phones, many side by side: what each tells of itself on its own pages, for a diagnosis to read."""

from collections.abc import Iterable, Iterator, Sequence

from lscctl.cucm.cluster import Cluster
from lscctl.cucm.inspecting import not_to_be_asked
from lscctl.cucm.phone_pages import SUBJECTS, PagesSeen, Subject
from lscctl.phone import Phone


def visit_phones(
    cluster: Cluster, phones: Sequence[Phone], subjects: Iterable[Subject] = SUBJECTS
) -> Iterator[PagesSeen]:
    """The pages of each of the phones, in their order; they were looked up with their registration.

    What could not be had is named in what comes; nothing of a phone's is raised.
    """
    wanted = tuple(subjects)

    def look(phone: Phone) -> PagesSeen:
        unseen = not_to_be_asked(phone)
        if unseen is not None:
            return PagesSeen(unseen=unseen[1])
        return cluster.phone_doors.pages(phone.address, wanted)

    return cluster.phone_doors.each(look, phones)
