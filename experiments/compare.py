"""Compare a base with reforms of it: the effect on every outcome with bands, and who wins.

Base and reforms are simulated at the same draws (`experiments.pairs`), many times over. Pairs with
the usual assumptions make the band of chance, pairs with assumptions drawn over their ranges
(`experiments.assumptions`) the band of chance and assumptions. Pairs are added until a half-width
asked for is reached. With a folder, pairs that are done are kept, and the same comparison goes on.
"""

import math
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from agents.errors import MinshengError, UnknownNameError
from experiments import assumptions, bands
from experiments.bands import ASSUMPTIONS, CHANCE
from experiments.costs import costs
from experiments.drawn import refuse_missing
from experiments.engines import Advance, Ended, Engine, LostError, engine_named
from experiments.pair_store import PairStore, description, opened
from experiments.pairs import POOR_PERSONS, PUBLIC_COST, Found, Pair, simulate_pair
from experiments.parallel import fitting_workers
from experiments.run import Progress, no_progress
from experiments.sides import Given, Side, changes, find_sides
from model.outcome_list import all_outcomes
from model.record import national_name
from policies.parameters import ParameterSet

REPLICATES, CAP = 6, 200
"""Pairs by default, and the most that are added for a precision."""
# Pairs that are added at least when a half-width is not reached; twice what there is at most.
_LEAST_MORE = 2


@dataclass(frozen=True)
class Comparison:
    """The effect of reforms against a base.

    Attributes
    ----------
    names : tuple of str
        The base, then the reforms.
    year, seed : int
    table : DataFrame
        See `bands.effects`.
    gains : DataFrame
        Winners and losers by reform and group: means over the replicates of chance, and for the
        change both bands. See `bands.of_gains`.
    costs : DataFrame
        See `costs.costs`.
    replicates, drawn : int
        Pairs of chance and of assumptions that were done.
    asked : tuple of (int, int)
        Replicates that were asked for, and pairs of chance with those that were added.
    failed : tuple of str
        What kept others from being done.
    paths : tuple of str
        Parameters that were drawn.
    wanted, reached : dict of str to float
        Half-widths that were asked for, and those that came out.
    changes : dict of str to tuple of str
        In words, by reform what it has and the base has not.
    """

    names: tuple[str, ...]
    year: int
    seed: int
    table: pd.DataFrame
    gains: pd.DataFrame
    costs: pd.DataFrame
    replicates: int
    drawn: int
    asked: tuple[int, int]
    failed: tuple[str, ...]
    paths: tuple[str, ...]
    wanted: dict[str, float]
    reached: dict[str, float]
    changes: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Question:
    """What is compared, and how surely it is to be known.

    Attributes
    ----------
    sides : tuple of Side
    replicates, cap : int
    paths : tuple of str
        Parameters to draw.
    wanted : dict of str to float
        Half-widths by outcome.
    """

    sides: tuple[Side, ...]
    replicates: int
    cap: int
    paths: tuple[str, ...]
    wanted: dict[str, float]

    def pairs(self, varied: str, draws: range) -> list[Pair]:
        """Return the pairs of some draws."""
        labels = tuple(side.label for side in self.sides)
        scenarios = tuple(side.scenario for side in self.sides)
        first = self.sides[0].replicate
        if varied == CHANCE:
            return [Pair(labels, scenarios, CHANCE, draw, first + draw) for draw in draws]
        places = assumptions.draws(self.paths, self.replicates, scenarios[0].seed).tolist()
        return [
            Pair(labels, scenarios, varied, draw, first + draw, self.paths, tuple(places[draw]))
            for draw in draws
        ]

    def first_pairs(self) -> list[Pair]:
        """Return the pairs that are simulated in any case."""
        every = range(self.replicates)
        return [
            *self.pairs(CHANCE, every),
            *(self.pairs(ASSUMPTIONS, every) if self.paths else ()),
        ]


def compare(
    base: Given,
    reforms: Sequence[Given],
    *,
    replicates: int = REPLICATES,
    year: int | None = None,
    seed: int | None = None,
    settings: Sequence[str] = (),
    draw_assumptions: bool = True,
    precision: Mapping[str, float] | None = None,
    cap: int = CAP,
    engine: str = "local",
    workers: int | None = None,
    address: str | None = None,
    folder: str | Path | None = None,
    overwrite: bool = False,
    command: str = "",
    progress: Progress = no_progress,
) -> Comparison:
    """Measure what reforms change against a base.

    Parameters
    ----------
    base, reforms
        Scenarios by name, file or folder of a run; a reform may also be a file of reforms, or
        several, which are added to the base. See `sides.Given`.
    replicates : int
        Pairs by chance, and as many with drawn assumptions.
    year : int, optional
        The year of the comparison and the last simulated; the last that all have.
    seed : int, optional
        Of all; otherwise their own, which must be the same.
    settings : sequence of str
        ``PATH=VALUE`` for all.
    draw_assumptions : bool
        Whether there is a band with assumptions.
    precision : mapping of str to float, optional
        Half-width of the mean difference by outcome in the last year; replicates of chance are
        added until it is reached, or `cap`.
    engine, workers, address
        See `engines.engine_named`; as many processes as cores and memory allow by default.
    folder : str or Path, optional
        For tables and page, and for the pairs, which are kept as they are done. New, or the folder
        of the same comparison, which then goes on.
    overwrite : bool
        Remove an earlier comparison in the folder first.
    command : str
        The command line that asked for it, for the page.
    progress : callable
        Called with years simulated and years to simulate.

    Raises
    ------
    MinshengError
        A side or an outcome is unknown, the worlds differ, every pair failed, or the folder cannot
        be used.
    """
    sides = find_sides(base, reforms, year, seed, settings)
    wanted = dict(precision or {})
    _refuse_unknown(wanted)
    scenarios = [side.scenario for side in sides]
    for scenario in scenarios:
        refuse_missing(scenario, replicates)
    paths = assumptions.drawn_over(ParameterSet.load(), scenarios) if draw_assumptions else ()
    question = Question(sides, replicates, cap, paths, wanted)
    free = workers
    if engine in {"serial", "local"}:
        free = fitting_workers([scenarios[0]] * len(question.first_pairs()), workers)
    chosen = engine_named(engine, free, address)
    if folder is None:
        return _answer(question, chosen, None, progress)
    told = description(sides, draw_assumptions)
    with opened(Path(folder), told, overwrite) as store:
        found = _answer(question, chosen, store, progress)
        from experiments.compare_output import save

        save(found, store.folder, told, command)
    return found


def parse_precision(texts: Sequence[str]) -> dict[str, float]:
    """Return half-widths by outcome from texts such as ``poverty_rate=0.001``.

    Raises
    ------
    MinshengError
        A text is of another form, or its width is not above zero.
    """
    found = {}
    for text in texts:
        name, _, width = text.partition("=")
        try:
            found[name] = float(width)
        except ValueError:
            found[name] = -1
        if not (name and 0 < found[name] < math.inf):
            raise MinshengError(
                f"--precision: must be an outcome and a half-width above zero, such as "
                f"poverty_rate=0.001, got {text!r}"
            )
    return found


def _refuse_unknown(wanted: Mapping[str, float]) -> None:
    """Raise UnknownNameError before any work for outcomes that do not exist."""
    known = {
        national_name(outcome.name, scheme, group)
        for outcome in all_outcomes()
        for scheme in outcome.schemes or ("",)
        for group in outcome.groups.split(", ")
    }
    for name in wanted:
        if name not in known | {PUBLIC_COST, POOR_PERSONS}:
            raise UnknownNameError("outcome", name, known, where="--precision")


def _answer(
    question: Question, engine: Engine, store: PairStore | None, progress: Progress
) -> Comparison:
    found = _do(question.first_pairs(), engine, store, progress)
    table, done = effects_of(found), question.replicates
    year = question.sides[0].scenario.years.last
    while more := _more(bands.widest(table, question.wanted, year), question, done):
        found += _do(question.pairs(CHANCE, range(done, done + more)), engine, store, progress)
        table, done = effects_of(found), done + more
    return _summed_up(question, found, table)


def _more(widths: Mapping[str, float], question: Question, done: int) -> int:
    """Return how many replicates to add: as many as the spread so far asks for, within bounds."""
    wanted = question.wanted
    if bands.is_precise(widths, wanted) or done >= question.cap:
        return 0
    # The half-width falls with the root of the number.
    times = max((widths[name] / width) ** 2 for name, width in wanted.items())
    asked = math.ceil(done * times) if math.isfinite(times) else done + _LEAST_MORE
    return min(max(asked, done + _LEAST_MORE), 2 * done + _LEAST_MORE, question.cap) - done


def _do(
    pairs: Sequence[Pair], engine: Engine, store: PairStore | None, progress: Progress
) -> list[Found]:
    """Do the pairs that are not done and return all of them in order."""
    kept = {place: store.read(pair) if store else None for place, pair in enumerate(pairs)}
    results = {place: found for place, found in kept.items() if found is not None}
    places = [place for place in kept if place not in results]
    left = [pairs[place] for place in places]
    with closing(engine.run(simulate_pair, left, _advance(left, progress))) as all_ended:
        for ended in all_ended:
            pair = left[ended.place]
            found = _what(pair, ended)
            if store:
                store.keep(pair, found)
            results[places[ended.place]] = found
    return [results[place] for place in range(len(pairs))]


def _advance(left: Sequence[Pair], progress: Progress) -> Advance:
    years, total = [0] * len(left), sum(pair.years for pair in left)

    def advance(place: int, done: int) -> None:
        years[place] = done
        progress(sum(years), total)

    if left:
        progress(0, total)
    return advance


def _what(pair: Pair, ended: Ended) -> Found:
    """Return what a pair came to; one that ended its workers failed, too."""
    if isinstance(ended.error, LostError):
        return Found(pair.varied, pair.draw, error=str(ended.error))
    if ended.error is not None:
        raise ended.error
    result: Found = ended.result
    return result


def effects_of(found: Sequence[Found]) -> pd.DataFrame:
    """Return the effects of pairs; raises MinshengError if none of chance was done."""
    done = [pair for pair in found if not pair.error]
    if not any(pair.varied == CHANCE for pair in done):
        told = next(pair.error for pair in found if pair.error)
        raise MinshengError(f"no pair could be simulated: {told}")
    return bands.effects(pd.concat([_drawn(pair.outcomes, pair) for pair in done]))


def _drawn(table: pd.DataFrame, pair: Found) -> pd.DataFrame:
    return table.assign(varied=pair.varied, draw=pair.draw)


def gains_of(found: Sequence[Found]) -> pd.DataFrame:
    """Return who wins and who loses, summed up over pairs that are done."""
    return bands.of_gains(pd.concat([_drawn(pair.gains, pair) for pair in found]))


def _summed_up(question: Question, found: Sequence[Found], table: pd.DataFrame) -> Comparison:
    good = [pair for pair in found if not pair.error]
    last = question.sides[0].scenario.years.last
    return Comparison(
        tuple(side.label for side in question.sides),
        last,
        question.sides[0].scenario.seed,
        table,
        gains_of(good),
        costs(table),
        sum(pair.varied == CHANCE for pair in good),
        sum(pair.varied == ASSUMPTIONS for pair in good),
        (question.replicates, sum(pair.varied == CHANCE for pair in found)),
        tuple(f"{pair.title}: {pair.error}" for pair in found if pair.error),
        question.paths,
        question.wanted,
        bands.widest(table, question.wanted, last),
        {side.label: changes(question.sides[0], side) for side in question.sides[1:]},
    )
