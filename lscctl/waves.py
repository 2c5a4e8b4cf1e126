"""Which phones go together: a canary first, then waves, each of them a fair sample of the sites (device pools) and models.

All phones are laid out in one order, of which every stretch holds from each site and each model about its share; waves are
stretches of it. The order depends on the phones alone, not on the order in which they come in.
"""

import heapq
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from lscctl.plan import Step
from lscctl.rules import CANARY, Rules, WaveBy


@dataclass(frozen=True, slots=True)
class Wave:
    """Phones that are written together. `number` counts from 1, the canary included: with one, `wave 2` is the next."""

    number: int
    name: str
    steps: tuple[Step, ...]


def waves_of(steps: Iterable[Step], rules: Rules) -> tuple[Wave, ...]:
    """Every step in exactly one wave, no wave empty; percentages are of all steps.

    Spread, waves are as large as asked. By device pool, site follows site, small ones first, none shares a wave with another, and
    a site that is larger than the size of the wave whose turn it is goes on in the next.
    """
    everything = sorted(steps, key=lambda step: (step.phone.name, step.phone.pkid))
    canary = _canary(everything, rules.canary.of(len(everything)))
    chosen = {step.phone.pkid for step in canary}
    others = [step for step in everything if step.phone.pkid not in chosen]
    sites = [("", others)] if rules.wave_by is WaveBy.SPREAD else _site_by_site(others)
    sizes = rules.waves.of(len(everything))
    cut = chain.from_iterable(((name, wave) for wave in _cut(_spread(site), sizes)) for name, site in sites)
    waves = [Wave(1, CANARY, canary)] if canary else []
    for number, (site, wave) in enumerate(cut, start=len(waves) + 1):
        waves.append(Wave(number, f"wave {number} ({site})" if site else f"wave {number}", wave))
    return tuple(waves)


def _canary(steps: Sequence[Step], size: int) -> tuple[Step, ...]:
    """A sample of the phones that can be spared: none that stays unregistered until CAPF is done [field guide 2], and no site's
    only phone unless there are not enough others."""
    of_site = Counter(step.phone.device_pool for step in steps)
    spared = [step for step in steps if not step.phone.profile.secure]
    with_neighbours = [step for step in spared if of_site[step.phone.device_pool] > 1]
    chosen = tuple(islice(_spread(with_neighbours), size))
    if len(chosen) == size:
        return chosen
    alone = [step for step in spared if of_site[step.phone.device_pool] == 1]
    return chosen + tuple(islice(_spread(alone), size - len(chosen)))


def _site_by_site(steps: Iterable[Step]) -> list[tuple[str, list[Step]]]:
    """{site: its phones} as a list: trust grows with the waves, so small sites come first."""
    sites: dict[str, list[Step]] = {}
    for step in steps:
        sites.setdefault(step.phone.device_pool, []).append(step)
    return sorted(sites.items(), key=lambda site: (len(site[1]), site[0]))


def _cut(steps: Iterator[Step], sizes: Iterator[int]) -> Iterator[tuple[Step, ...]]:
    """Stretches of the sizes that come next, until no step is left: a size is taken only where there is a step for it."""
    for step in steps:
        yield (step, *islice(steps, next(sizes) - 1))


@dataclass(slots=True)
class _Kind:
    """The phones of one model, or of one model at one site: how many there are, and how many have their place in the order."""

    size: int
    placed: int = 0


class _Site:
    """The phones of one site, by model, that have no place in the order yet."""

    def __init__(self, name: str, steps: Sequence[Step]) -> None:
        waiting: dict[str, deque[Step]] = {}
        for step in steps:
            waiting.setdefault(step.phone.model, deque()).append(step)
        self.name = name
        self.size = len(steps)
        self._placed = 0
        self._waiting = dict(sorted(waiting.items(), key=lambda model: (-len(model[1]), model[0])))
        self._kinds = {model: _Kind(len(waiting)) for model, waiting in self._waiting.items()}

    @property
    def order(self) -> tuple[int, tuple[str, ...], str]:
        """Sites that are alike stand side by side, so that those of one size and one model are spread evenly, too."""
        return self.size, tuple(self._waiting), self.name

    def take(self, everywhere: dict[str, _Kind], passed: float) -> Step:
        """The next phone: of the model whose phones are farthest behind their share, here and everywhere taken together.

        `passed` is the part of the whole order, from 0 to 1, that is full with this phone.
        """
        self._placed += 1
        passed_here = self._placed / self.size
        chosen, behind = "", float("-inf")
        for model in self._waiting:
            here, all_sites = self._kinds[model], everywhere[model]
            lag = here.size * passed_here - here.placed + all_sites.size * passed - all_sites.placed
            if lag > behind:
                chosen, behind = model, lag
        self._kinds[chosen].placed += 1
        everywhere[chosen].placed += 1
        step = self._waiting[chosen].popleft()
        if not self._waiting[chosen]:
            del self._waiting[chosen]
        return step


def _spread(steps: Sequence[Step]) -> Iterator[Step]:
    """The order in which every stretch is a fair sample: places go to sites first, then each site fills its own."""
    everywhere = {model: _Kind(size) for model, size in Counter(step.phone.model for step in steps).items()}
    sites = [_Site(name, members) for name, members in _site_by_site(steps)]
    for place, site in enumerate(_places(sites), start=1):
        yield site.take(everywhere, place / len(steps))


def _places(sites: Iterable[_Site]) -> list[_Site]:
    """Each site as often as it has phones, so that any stretch names it about as often as its share says.

    The two shortest lists are woven into one, again and again. In two lists woven evenly, any stretch holds of each its share
    rounded up or down; weaving the short ones first lets large sites keep that exactly and the others come close to it.
    """
    ranked = sorted(sites, key=lambda site: site.order)
    lists = [(site.size, rank, [site] * site.size) for rank, site in enumerate(ranked)]  # sorted, so it is a heap
    for rank in range(len(lists), 2 * len(lists) - 1):
        size, _, few = heapq.heappop(lists)
        other, _, many = lists[0]
        heapq.heapreplace(lists, (size + other, rank, _woven(few, many)))
    return lists[0][2] if lists else []


def _woven(few: Sequence[_Site], many: Sequence[_Site]) -> list[_Site]:
    """Both lists in one, the shorter one's members at equal distances (Bresenham's line, in whole numbers)."""
    length = len(few) + len(many)
    at = {(2 * index + 1) * length // (2 * len(few)): site for index, site in enumerate(few)}
    rest = iter(many)
    return [at[place] if place in at else next(rest) for place in range(length)]
