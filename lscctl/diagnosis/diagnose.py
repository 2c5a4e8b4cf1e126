"""The search itself: from sightings to the chain, the first broken link, and the causes behind it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from lscctl.diagnosis.knowledge import Clue, Knowledge, KnownCause, Objection, Sign
from lscctl.diagnosis.sightings import Match, Sightings, agree
from lscctl.finding import (
    NOW,
    Certainty,
    Evidence,
    Link,
    LinkName,
    LinkState,
    Moment,
    NamedCause,
    Source,
)

_SUREST_FIRST: Final = tuple(Certainty)
_SURE: Final = {"proof": Certainty.CERTAIN, "strong": Certainty.LIKELY, "weak": Certainty.POSSIBLE}
_MOST_EVIDENCE: Final = 12


@dataclass(frozen=True, slots=True)
class Found:
    """The chain, and the causes, the most likely first."""

    links: tuple[Link, ...]
    causes: tuple[NamedCause, ...]


def search(knowledge: Knowledge, sightings: Sightings) -> Found:
    """What is broken, and why. A cause for which only weak signs speak counts where something is broken at all."""
    history = _History(knowledge, sightings)
    found = _found(knowledge, sightings, history)
    if history.succeeded and found.causes and all(_said(one, _AT_NO_TIME) for one in found.causes):
        history.deaf_to = _AT_NO_TIME  # a phone's log that ends well says more
        return _found(knowledge, sightings, history)
    sure = [one for one in found.causes if one.certainty is not Certainty.POSSIBLE]
    if any(_said(one, _BY_SOMEBODY) for one in sure) and not all(_said(one, _BY_SOMEBODY) for one in sure):
        history.deaf_to = _BY_SOMEBODY  # what was seen says more than what somebody thinks of it
        return _found(knowledge, sightings, history)
    return found


_BY_SOMEBODY: Final = frozenset({Source.STATUS_MESSAGES})
_AT_NO_TIME: Final = frozenset({Source.STATUS_MESSAGES, Source.NODE_OUTPUT})
"""The sources of what somebody said in a mail, and of what a node printed: where it has no time, nobody knows when it was so."""


def _undated(evidence: Evidence, sources: frozenset[Source]) -> bool:
    return evidence.moment is None and evidence.place.source in sources


def _said(one: NamedCause, sources: frozenset[Source]) -> bool:
    """Whether nothing but that speaks for a cause."""
    return all(_undated(evidence, sources) for evidence in one.evidence)


def _found(knowledge: Knowledge, sightings: Sightings, history: "_History") -> Found:
    at_stake = _at_stake(knowledge, sightings)
    known = [one for one in knowledge.causes.values() if one.cause.link in at_stake]
    named = [one for cause in known if (one := _named(cause, sightings, history)) is not None]
    links = _chain(knowledge, sightings, history, named, at_stake)
    broken = next((link.name for link in links if link.state is LinkState.BROKEN), None)
    if broken is None:
        return Found(links, ())
    causes = [_behind(one) if one.cause.link.position > broken.position else one for one in named]
    return Found(links, tuple(sorted(causes, key=lambda one: _rank(one, broken))))


def _at_stake(knowledge: Knowledge, sightings: Sightings) -> frozenset[LinkName]:
    """The links that can be broken: all, unless it was seen that CAPF has nothing to do, or no more, for the phone."""
    settled = [one for one in knowledge.settled if any(sightings.matches(one))]
    return frozenset(LinkName).intersection(*(one.links for one in settled))


def _behind(one: NamedCause) -> NamedCause:
    """A cause behind the first break, of which what was seen of it may be the consequence; what is certain stays so."""
    if one.certainty is Certainty.CERTAIN:
        return one
    return replace(one, certainty=Certainty.POSSIBLE, why=f"{one.why}; a link before it is broken, which may be why")


def _rank(one: NamedCause, broken: LinkName) -> tuple[bool, bool, int, int, bool, bool, int, str]:
    """What is no more than possible comes last; before that, what breaks the first link that is broken."""
    certainty = _SUREST_FIRST.index(one.certainty)
    return (
        one.certainty is Certainty.POSSIBLE,
        one.cause.link is not broken,
        one.cause.link.position,
        certainty,
        bool(one.against),
        not _of_the_phone(one),
        -len(one.evidence),
        one.cause.name,
    )


def _of_the_phone(one: NamedCause) -> bool:
    """Whether the phone itself tells of it: what it met comes before what it might have met."""
    return any(evidence.place.source is not Source.CLUSTER for evidence in one.evidence)


class _History:
    """What came before the last success, in all or at a link: what went wrong then is over."""

    def __init__(self, knowledge: Knowledge, sightings: Sightings) -> None:
        self.deaf_to: frozenset[Source] = frozenset()
        """The sources of which nothing counts that has no time."""

        self._ends: list[Moment] = []
        self._undone: dict[LinkName, list[Moment]] = {name: [] for name in LinkName}
        for link in knowledge.links:
            for clue in link.good:
                moments = [match.moment for match in sightings.matches(clue) if match.moment is not None]
                if link.ends:
                    self._ends += moments
                for name in clue.undoes:
                    self._undone[name] += moments

    @property
    def succeeded(self) -> bool:
        """Whether a success was seen, at whatever time."""
        return bool(self._ends)

    def over(self, moment: Moment | None, link: LinkName | None = None) -> bool:
        """Whether a success came after it, or one of that link."""
        ends = (*self._ends, *(self._undone[link] if link else ()))
        return moment is not None and any(end.after(moment) for end in ends)

    def current(self, matches: Iterable[Match], link: LinkName | None = None) -> list[Match]:
        """Those that are not over."""
        heard = (one for one in matches if not any(_undated(evidence, self.deaf_to) for evidence in one.evidence))
        return [match for match in heard if not any(self.over(one, link) for one in _last_of_each_clock(match))]


def _last_of_each_clock(match: Match) -> Iterable[Moment]:
    """When it was seen last, and where its parts are of several clocks, by each of them: one that is over is enough."""
    moments = {match.moment} if match.moment is not None else set()
    if match.moment != NOW:
        moments |= {one.moment for one in match.evidence if one.moment is not None}
    return [one for one in moments if not any(other.after(one) for other in moments)]


# causes


def _named(known: KnownCause, sightings: Sightings, history: _History) -> NamedCause | None:
    """The cause, if anything speaks for it that nothing rules out."""
    found: list[tuple[Sign, Match, tuple[Match, ...]]] = []
    for sign in known.signs:
        for match in history.current(sightings.matches(sign), sign.link or known.cause.link):
            against = _objections(known.objections, match, sightings)
            if not any(objection.effect == "rules-out" for objection, _ in against):
                found.append((sign, match, tuple(one for _, one in against)))
    if not found:
        return None
    weakened = all(against for _, _, against in found)
    link = min((sign.link or known.cause.link for sign, _, _ in found), key=lambda one: one.position)
    certainty = _certainty([sign for sign, _, _ in found], weakened=weakened)
    return NamedCause(
        replace(known.cause, link=link),
        certainty,
        _why([sign for sign, _, _ in found], weakened=weakened),
        _distinct(evidence for _, match, _ in found for evidence in match.evidence),
        _distinct(evidence for _, _, against in found for match in against for evidence in match.evidence),
    )


def _objections(objections: Iterable[Objection], match: Match, sightings: Sightings) -> list[tuple[Objection, Match]]:
    """What speaks against a match: of the same names, and later than it where that counts."""
    return [
        (objection, other)
        for objection in objections
        for other in sightings.matches(objection)
        if agree(other.groups, match.groups) and _counts(objection, other.moment, match.moment)
    ]


def _counts(objection: Objection, moment: Moment | None, of_match: Moment | None) -> bool:
    """Whether it was seen when it counts; of what nobody dated, nobody can say that it does not."""
    if objection.when == "ever" or moment is None or of_match is None:
        return True
    return moment.after(of_match) if objection.when == "later" else moment.with_or_after(of_match)


def _certainty(signs: list[Sign], *, weakened: bool) -> Certainty:
    surest = min((_SURE[sign.weight] for sign in signs), key=_SUREST_FIRST.index)
    if weakened:
        surest = _SUREST_FIRST[min(_SUREST_FIRST.index(surest) + 1, len(_SUREST_FIRST) - 1)]
    return surest


def _why(signs: Sequence[Sign], *, weakened: bool) -> str:
    weights = [sign.weight for sign in signs]
    if "proof" in weights:
        said = "what was seen has no other cause"
    elif "strong" in weights:
        said = "what was seen points to it"
    else:
        said = "what was seen fits it, and other causes too"
    return f"{said}; {'something speaks against it' if weakened else 'nothing speaks against it'}"


def _distinct(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Each place once, as many as a person reads."""
    return tuple({(one.place, one.seen): one for one in evidence}.values())[:_MOST_EVIDENCE]


# the chain


def _chain(
    knowledge: Knowledge,
    sightings: Sightings,
    history: _History,
    named: list[NamedCause],
    at_stake: frozenset[LinkName],
) -> tuple[Link, ...]:
    good = {link.name: _good(link.good, sightings) for link in knowledge.links}
    broken: dict[LinkName, list[Match]] = {}
    blamed = {one.cause.link: one for one in reversed(named) if one.certainty is not Certainty.POSSIBLE}
    for symptom in sorted(knowledge.symptoms, key=lambda one: one.alone):
        if symptom.alone and (broken or blamed):
            continue
        for match in history.current(sightings.matches(symptom)):
            link = _first_that_can_be(symptom.links, match, good, blamed)
            if link in at_stake and not history.over(match.moment, link):
                broken.setdefault(link, []).append(match)
    links = []
    for signs in knowledge.links:
        seen = broken.get(signs.name, [])
        evidence = [
            *(blamed[signs.name].evidence if signs.name in blamed else ()),
            *(e for m in seen for e in m.evidence),
        ]
        if evidence:
            links.append(Link(signs.name, signs.title, LinkState.BROKEN, _distinct(evidence)))
        elif good[signs.name]:
            links.append(Link(signs.name, signs.title, LinkState.GOOD, _distinct(good[signs.name][-1].evidence)))
        else:
            links.append(Link(signs.name, signs.title, LinkState.UNKNOWN))
    return _implied(knowledge, links)


def _good(clues: Iterable[Clue], sightings: Sightings) -> list[Match]:
    return [match for clue in clues for match in sightings.matches(clue)]


def _first_that_can_be(
    links: Iterable[LinkName],
    match: Match,
    good: Mapping[LinkName, list[Match]],
    blamed: Mapping[LinkName, NamedCause],
) -> LinkName | None:
    """The link that a symptom is of: one that a cause breaks; else the first that was not seen to be good after it."""
    links = list(links)
    for link in links:
        if link in blamed:
            return link
    for link in links:
        if not any(one.moment is not None and one.moment.after(match.moment) for one in good[link]):
            return link
    return None


def _implied(knowledge: Knowledge, links: list[Link]) -> tuple[Link, ...]:
    """A link that nothing was seen of is good where a later one is that could not be without it."""
    states = {link.name: link for link in links}
    for signs in reversed(knowledge.links):
        if states[signs.name].state is LinkState.GOOD:
            for name in signs.implies:
                if states[name].state is LinkState.UNKNOWN:
                    states[name] = replace(states[name], state=LinkState.GOOD, implied=signs.name)
    return tuple(states[link.name] for link in links)
