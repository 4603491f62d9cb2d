"""What one dossier adds to the facts of each day, so that any period is a sum of days (domain rule 6).

A period's columns are flows (received, resolved: dated by A and F) and what stood open at its two ends, which
is the sum of everything that came and went before. So a dossier is a handful of dated numbers, a pure
function of what is known of it now; `performance.columns_of` stays the law, tests hold these sums against it.

One thing is no sum of days: a dossier that passed to another agency within the period stands whole in the row
of the last. Who sums takes those out and counts them one by one (queries.statisticsfacts).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from tthc_tracker.domain.bands import OVERDUE_DAYS, edges
from tthc_tracker.domain.lifecycle import FinishClass
from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.domain.performance import Closing, resolver_on
from tthc_tracker.domain.periods import YEARS
from tthc_tracker.domain.stretches import Stretch

FIRST, LAST = date(YEARS.start, 1, 1), date(YEARS.stop - 1, 12, 31)
"""What is dated before the first day stands on it; what would happen after the last never does."""

AGED = {f"aged_{first}": first for first, _last in edges(OVERDUE_DAYS)}
"""Overdue at the end of a day, by so many calendar days or more: of what has been closed since, and of those
few open ones of which `STILL` cannot tell."""

STILL = {"still_0": 0, "still_1": 1}
"""Of what is open still: overdue from this day on, so many calendar days after its due date."""

MEASURES = (
    # What stands open at the end of a day, as what came (+) and went (−) that day.
    "open", "undue", "reappointed_open", "paused", "overdue", "second_overdue",
    # Dated by the acceptance; by the approval of the second date.
    "online", "direct", "undue_received", "reappointed_received", "fee_due", "paid_online",
    # Dated by the finish, or the decision.
    "early", "on_time", "late", "withdrawn", "stopped", "refused", "set_aside_in_time",
    "electronic", "electronic_known", "electronic_unknown",
    "second_early", "second_on_time", "second_late", "second_set_aside",
    # Dated by the reception deadline.
    "reception_due", "reception_in_time", "reception_late", "reception_unanswered", "reception_withdrawn",
    # What stands overdue at the end of a day, by its age.
    *AGED, *STILL,
    # Dated by the finish; by the approval of an apology.
    "late_unapologised", "apologised", "apologised_late",
    # Dated by the acceptance; by the finish.
    "papers_digitised", "papers_undigitised", "result_digitised", "result_undigitised",
)  # fmt: skip
"""Kept rows name them by their place: new ones are added at the end. `second_…` is by how much the number
differs when a re-appointment's date is taken for the lawful one."""

_DAY = timedelta(days=1)
_IN_TIME = (FinishClass.EARLY, FinishClass.ON_TIME)
_SET_ASIDE = (Closing.WITHDRAWN, Closing.STOPPED)


class Hold(NamedTuple):
    """A pause. holds: its policy stops the clock and its dates are known; another is only told of."""

    started_at: datetime
    ended_at: datetime | None
    holds: bool


class Took(NamedTuple):
    """How long a finished one took, in tenths of a working day, and the limit that it had.

    hundredths, unit: the limit, 0 and '' where none is known. used: the band of its limit that it took, by
    its place; -1 where the limit is not of working time, or not known.
    """

    tenths: int
    hundredths: int = 0
    unit: str = ""
    used: int = -1


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a dossier that was not cancelled; moments are aware.

    due_on: the day of its lawful date, where it has one. moves: each transfer's day and the agency that it
    left, in the order of its events. rounds: of an online dossier, each reception deadline's day with what
    became of it (the end of a measure's name). took: how long a finished one took. second_class: its class by
    the date of its re-appointment, reappointed_on: the day on which that was approved. apologised: the day on
    which its apology was approved, and whether late. papers_digitised, result_digitised: None where nobody
    said.
    """

    agency: int
    desk: int
    accepted_on: date | None
    online: bool = False
    due_on: date | None = None
    late_from: datetime | None = None
    overdue_from: datetime | None = None
    closed_on: date | None = None
    finish_class: FinishClass | None = None
    second_class: FinishClass | None = None
    closing: Closing | None = None
    reappointed_on: date | None = None
    fee_due: bool = False
    paid_online: bool = False
    electronic: bool | None = None
    papers_digitised: bool | None = None
    result_digitised: bool | None = None
    took: Took | None = None
    apologised: tuple[date, bool] | None = None
    holds: tuple[Hold, ...] = ()
    moves: tuple[tuple[date, int], ...] = ()
    rounds: tuple[tuple[date, str], ...] = ()

    @property
    def due(self) -> bool:
        """Whether it has a lawful date: what has none stands outside all columns but one."""
        return self.due_on is not None

    @property
    def second_from(self) -> date | None:
        """From which day on it had a second date: that of the approval, or of an end before that."""
        if self.reappointed_on is None or self.accepted_on is None:
            return None
        return max(self.accepted_on, min(self.reappointed_on, self.closed_on or date.max))


@dataclass(slots=True)
class Added:
    """What a dossier adds: by (agency, day) its numbers, by (agency, day, length) how long it took."""

    numbers: dict[tuple[int, date], dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    lengths: dict[tuple[int, date, Took], int] = field(default_factory=dict)

    def add(self, agency: int, day: date, measure: str, number: int = 1) -> None:
        """Count `number` more on a day."""
        if day <= LAST:
            its = self.numbers[agency, max(day, FIRST)]
            its[measure] = its.get(measure, 0) + number


def added_by(one: Told) -> Added:
    """All that a dossier adds to the facts of the days, where it is not nothing."""
    added = Added()
    for day, became in one.rounds:
        added.add(one.desk, day, "reception_due")
        added.add(one.desk, day, f"reception_{became}")
    if one.closed_on is not None and one.took is not None:
        closed_on = min(max(one.closed_on, FIRST), LAST)
        added.lengths[_holder(one, one.closed_on), closed_on, one.took] = 1
    if one.accepted_on is not None:
        _add_apology(added, one)
        _add_received(added, one, one.accepted_on)
        _add_standing(added, one, one.accepted_on)
        if one.closed_on is not None and one.due:
            _add_resolved(added, one, one.closed_on)
    return added


def _holder(one: Told, day: date) -> int:
    return resolver_on(day, one.agency, one.moves)


def _add_received(added: Added, one: Told, accepted_on: date) -> None:
    agency = _holder(one, accepted_on)
    measures = {
        "online": one.due and one.online,
        "direct": one.due and not one.online,
        "undue_received": not one.due,
        "fee_due": one.fee_due,
        "paid_online": one.paid_online,
        "papers_digitised": one.due and one.papers_digitised is True,
        "papers_undigitised": one.due and one.papers_digitised is False,
    }
    for measure, counts in measures.items():
        if counts:
            added.add(agency, accepted_on, measure)
    if one.due and one.second_from is not None:
        added.add(_holder(one, one.second_from), one.second_from, "reappointed_received")


def _add_resolved(added: Added, one: Told, closed_on: date) -> None:
    agency = _holder(one, closed_on)
    if one.finish_class is not None:
        added.add(agency, closed_on, one.finish_class.value)
        if one.result_digitised is not None:
            told = "result_digitised" if one.result_digitised else "result_undigitised"
            added.add(agency, closed_on, told)
    if one.finish_class is FinishClass.LATE and one.apologised is None:
        added.add(agency, closed_on, "late_unapologised")
    if one.closing in (*_SET_ASIDE, Closing.REFUSED):
        added.add(agency, closed_on, one.closing.value)
    if one.closing in _SET_ASIDE and one.finish_class in _IN_TIME:
        added.add(agency, closed_on, "set_aside_in_time")
    if one.electronic is None:
        added.add(agency, closed_on, "electronic_unknown")
    else:
        added.add(agency, closed_on, "electronic_known")
        if one.electronic:
            added.add(agency, closed_on, "electronic")
    _add_second_class(added, one, agency, closed_on)


def _add_apology(added: Added, one: Told) -> None:
    """An apology is its resolver's on the day of the approval, or of a finish before that."""
    if one.apologised is not None:
        day, late = one.apologised
        ended = day if one.closed_on is None else min(day, one.closed_on)
        added.add(_holder(one, ended), day, "apologised_late" if late else "apologised")


def _add_second_class(added: Added, one: Told, agency: int, closed_on: date) -> None:
    before, after = one.finish_class, one.second_class
    if one.reappointed_on is None or before is None or after is None or before is after:
        return
    added.add(agency, closed_on, f"second_{before.value}", -1)
    added.add(agency, closed_on, f"second_{after.value}")
    changed = (after in _IN_TIME) - (before in _IN_TIME)
    if one.closing in _SET_ASIDE and changed:
        added.add(agency, closed_on, "second_set_aside", changed)


# --- what stands open


def _add_standing(added: Added, one: Told, accepted_on: date) -> None:
    ran = (accepted_on, one.closed_on or date.max)
    spells = list(_spells(one))
    if not one.due:
        _stand(added, spells, "undue", [ran])
        return
    _stand(added, spells, "open", [ran])
    if one.holds:
        _stand(added, spells, "paused", _within(ran, _union(map(_days, one.holds))))
    overdue = _overdue(one, ran, one.late_from)
    _stand(added, spells, "overdue", overdue)
    if overdue:
        _add_ages(added, spells, one, overdue)
    if one.second_from is not None:
        had = (one.second_from, ran[1])
        _stand(added, spells, "reappointed_open", [had])
        _stand(added, spells, "second_overdue", _within(had, _overdue(one, ran, one.overdue_from)))
        _stand(added, spells, "second_overdue", _within(had, overdue), -1)


def _add_ages(added: Added, spells: list[tuple[int, Stretch]], one: Told, overdue: Sequence[Stretch]) -> None:
    """How old it was while it stood overdue.

    What is open still, and has stayed where it was, tells it by the one day on which it becomes overdue,
    where that is its due date or the next: no day to come beside it would be taken out at its finish.
    """
    assert one.due_on is not None  # nothing else is overdue
    begun = overdue[0][0]
    if one.closed_on is None and not one.moves and begun >= FIRST:
        for measure, days in STILL.items():
            if begun - one.due_on == days * _DAY:
                added.add(one.agency, begun, measure)
                return
    for measure, days in AGED.items():
        aged = _within((min(one.due_on, LAST) + days * _DAY, date.max), overdue)
        if not aged:
            return
        _stand(added, spells, measure, aged)


def _spells(one: Told) -> Iterator[tuple[int, Stretch]]:
    """Whose it was from a day until before another."""
    first = date.min
    for day in sorted({day for day, _left in one.moves}):
        yield _holder(one, first), (first, day)
        first = day
    yield one.agency, (first, date.max)


def _stand(
    added: Added, spells: list[tuple[int, Stretch]], measure: str, stretches: Iterable[Stretch], sign: int = 1
) -> None:
    """Count one in on the first day of each stretch and out on the day it ended, at whose it was by then."""
    for begun, ended in stretches:
        for agency, (came, went) in spells:
            first, before = max(begun, came), min(ended, went)
            if first < before:
                added.add(agency, first, measure, sign)
                added.add(agency, before, measure, -sign)


def _overdue(one: Told, ran: Stretch, late_from: datetime | None) -> list[Stretch]:
    """The days at whose end it was open and late, and no pause held it that began before it was late."""
    if late_from is None:
        return []
    # What holds it began on that day at the latest: from then on it is held, or late.
    held = (_days(hold)[1] for hold in one.holds if hold.holds and hold.started_at < late_from)
    return _within(ran, [(max([_day(late_from), *held]), date.max)])


def _day(moment: datetime) -> date:
    return moment.astimezone(VIETNAM).date()


def _days(hold: Hold) -> Stretch:
    """The days at whose end a pause was open."""
    return _day(hold.started_at), date.max if hold.ended_at is None else _day(hold.ended_at)


def _within(bounds: Stretch, stretches: Iterable[Stretch]) -> list[Stretch]:
    cut = ((max(first, bounds[0]), min(before, bounds[1])) for first, before in stretches)
    return [(first, before) for first, before in cut if first < before]


def _union(stretches: Iterable[Stretch]) -> list[Stretch]:
    joined: list[Stretch] = []
    for first, before in sorted(stretches):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(before, joined[-1][1]))
        else:
            joined.append((first, before))
    return joined
