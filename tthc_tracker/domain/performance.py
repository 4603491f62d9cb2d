"""The arithmetic of the statistics: cells that partition the dossiers, rates, percentiles (domain rule 6)."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate
from math import sqrt

from tthc_tracker.domain.lifecycle import Channel, FinishClass
from tthc_tracker.domain.localtime import VIETNAM

FEWEST_TO_RANK = 30


class Closing(StrEnum):
    """What closed an accepted dossier; refused is the result, not the refusal of reception."""

    FINISHED = "finished"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"


class ReceivedCell(StrEnum):
    """Columns (4), (5) and (6) of the statutory table."""

    ONLINE = "online"
    DIRECT = "direct"
    CARRIED = "carried"


class ResultCell(StrEnum):
    """Columns (8), (9), (10), (12) and (13) of the statutory table."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    OPEN_WITHIN = "open_within"
    OPEN_OVERDUE = "open_overdue"


@dataclass(frozen=True, slots=True)
class DossierFacts:
    """What the statistics ask of an accepted dossier that was not cancelled; moments are aware.

    closed_at is F: the finish, or the decision that refused, withdrew or stopped. due_at is D, the lawful
    date: after valid pauses, before any re-appointment. paused_at_end: a valid pause was open at the end of
    the period. reappointed_on: the day on which its second date was approved.
    """

    accepted_on: date
    channel: Channel
    due_at: datetime | None
    closed_at: datetime | None = None
    closing: Closing | None = None
    is_hour_limit: bool = False
    paused_at_end: bool = False
    reappointed_on: date | None = None

    @property
    def closed_on(self) -> date | None:
        """F as a local date."""
        return None if self.closed_at is None else self.closed_at.astimezone(VIETNAM).date()

    def runs_in(self, start: date, end: date) -> bool:
        """True if A ≤ E and (F ≥ S or unfinished), with or without a due date."""
        return self.accepted_on <= end and (self.closed_on is None or self.closed_on >= start)

    def in_scope(self, start: date, end: date) -> bool:
        """True if it stands in the columns (3) to (13) of the period from `start` to `end`, both included."""
        return self.due_at is not None and self.runs_in(start, end)

    def reappointed_by(self, end: date) -> bool:
        """Whether it had its second date by the end of a day; what has ended by then got none after that."""
        ended = self.closed_on is not None and self.closed_on <= end
        return self.reappointed_on is not None and (ended or self.reappointed_on <= end)


def finish_class(due_at: datetime, closed_at: datetime, *, is_hour_limit: bool) -> FinishClass:
    """The class of a finish: day limits by date; hour limits late by moment, else by date (domain rule 3)."""
    due_on, closed_on = due_at.astimezone(VIETNAM).date(), closed_at.astimezone(VIETNAM).date()
    if closed_on > due_on or (is_hour_limit and closed_at > due_at):
        return FinishClass.LATE
    return FinishClass.EARLY if closed_on < due_on else FinishClass.ON_TIME


def received_cell(facts: DossierFacts, start: date, end: date) -> ReceivedCell | None:
    """The one received column of a dossier in the period, None if it is out of scope."""
    if not facts.in_scope(start, end):
        return None
    if facts.accepted_on < start:
        return ReceivedCell.CARRIED
    return ReceivedCell.ONLINE if facts.channel is Channel.ONLINE else ReceivedCell.DIRECT


def result_cell(facts: DossierFacts, start: date, end: date) -> ResultCell | None:
    """The one result column of a dossier in the period, None if it is out of scope.

    What was finished after the end was unfinished at the end. Hour limits are compared by moment at the
    end of the last day, day limits by date.
    """
    if facts.due_at is None or not facts.runs_in(start, end):
        return None
    closes = datetime.combine(end + timedelta(days=1), time(), VIETNAM)
    if facts.closed_at is not None and facts.closed_at < closes:
        return ResultCell(finish_class(facts.due_at, facts.closed_at, is_hour_limit=facts.is_hour_limit))
    last_within = closes if facts.is_hour_limit else datetime.combine(end, time(), VIETNAM)
    if facts.paused_at_end or facts.due_at >= last_within:
        return ResultCell.OPEN_WITHIN
    return ResultCell.OPEN_OVERDUE


@dataclass(frozen=True, slots=True)
class StatutoryRow:
    """One row of the statutory table: counts of dossiers. Rows add up; see `balances`.

    The memo columns stand beside the others and are part of no sum. set_aside_in_time: withdrawn or stopped
    dossiers that stand under early or on time, for the rate without them.
    """

    online: int = 0
    direct: int = 0
    carried: int = 0
    early: int = 0
    on_time: int = 0
    late: int = 0
    open_within: int = 0
    open_overdue: int = 0
    paused: int = 0
    withdrawn: int = 0
    stopped: int = 0
    refused: int = 0
    reappointed: int = 0
    no_due_date: int = 0
    transferred_in: int = 0
    transferred_out: int = 0
    set_aside_in_time: int = 0

    @property
    def received(self) -> int:
        """(3) = (4) + (5) + (6)."""
        return self.online + self.direct + self.carried

    @property
    def resolved(self) -> int:
        """(7) = (8) + (9) + (10)."""
        return self.early + self.on_time + self.late

    @property
    def open(self) -> int:
        """(11) = (12) + (13)."""
        return self.open_within + self.open_overdue

    @property
    def balances(self) -> bool:
        """(3) = (7) + (11): checked on every row, and shown when it does not hold."""
        return self.received == self.resolved + self.open

    @property
    def memo(self) -> dict[str, int]:
        """The memo columns by name."""
        return {name: getattr(self, name) for name in MEMO_COLUMNS}

    def __add__(self, other: StatutoryRow) -> StatutoryRow:
        """Both rows together, column by column."""
        return StatutoryRow(
            *(getattr(self, each.name) + getattr(other, each.name) for each in fields(StatutoryRow))
        )


MEMO_COLUMNS = (
    "paused",
    "withdrawn",
    "stopped",
    "refused",
    "reappointed",
    "transferred_in",
    "transferred_out",
    "no_due_date",
)

_MEMO_OF_CLOSING = {
    Closing.WITHDRAWN: "withdrawn",
    Closing.STOPPED: "stopped",
    Closing.REFUSED: "refused",
}


def tally(dossiers: Iterable[DossierFacts], start: date, end: date) -> StatutoryRow:
    """The row of these dossiers for the period. Transfers are events, so their two columns stay 0 here."""
    counts = dict.fromkeys((each.name for each in fields(StatutoryRow)), 0)
    for facts in dossiers:
        for column in columns_of(facts, start, end):
            counts[column] += 1
    return StatutoryRow(**counts)


def resolver_on(day: date, present: int, moves: Iterable[tuple[date, int]]) -> int:
    """Whose a dossier was on a day: the agency that its first later transfer took it from, else the present.

    present: its resolving agency now. moves: each transfer's day and the agency that it left, in the order of
    its events. From the very day of a transfer on it is the heir's.
    """
    return next((left for moved_on, left in moves if moved_on > day), present)


def columns_of(facts: DossierFacts, start: date, end: date) -> tuple[str, ...]:
    """Every column of `StatutoryRow` in which this dossier counts one: two cells and its memo columns."""
    received, result = received_cell(facts, start, end), result_cell(facts, start, end)
    if received is None or result is None:
        return ("no_due_date",) if facts.runs_in(start, end) else ()
    columns = [received.value, result.value]
    if result in (ResultCell.OPEN_WITHIN, ResultCell.OPEN_OVERDUE):
        if facts.paused_at_end:
            columns.append("paused")
    elif facts.closing in _MEMO_OF_CLOSING:
        columns.append(_MEMO_OF_CLOSING[facts.closing])
        if facts.closing is not Closing.REFUSED and result is not ResultCell.LATE:
            columns.append("set_aside_in_time")
    if facts.reappointed_by(end):
        columns.append("reappointed")
    return tuple(columns)


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with what it is made of; percent has two decimals, half up, and is None of nothing."""

    num: int
    den: int
    percent: Decimal | None


def rate(num: int, den: int) -> Rate:
    """num of den as a percentage, rounded once from the exact fraction."""
    if den == 0:
        return Rate(num, den, None)
    return Rate(num, den, Decimal((20000 * num + den) // (2 * den)).scaleb(-2))


class RateName(StrEnum):
    """The rates that have a name in tables and answers."""

    ON_TIME = "on_time"  # before and on time / resolved
    ON_TIME_COMPLETED = "on_time_completed"  # the same without withdrawn and stopped
    OVERDUE_OPEN = "overdue_open"
    ONLINE = "online"
    RECEPTION = "reception"
    ELECTRONIC = "electronic"
    ONLINE_PAYMENT = "online_payment"
    COMPONENTS = "components"  # papers digitised / received in the period, where that is known
    RESULTS = "results"  # result kept digitised / resolved


def rates_of(row: StatutoryRow) -> dict[RateName, Rate]:
    """The rates that a statutory row carries in itself; the others have counts of their own."""
    set_aside = row.withdrawn + row.stopped
    in_time = row.early + row.on_time
    return {
        RateName.ON_TIME: rate(in_time, row.resolved),
        RateName.ON_TIME_COMPLETED: rate(in_time - row.set_aside_in_time, row.resolved - set_aside),
        RateName.OVERDUE_OPEN: rate(row.open_overdue, row.open),
        RateName.ONLINE: rate(row.online, row.online + row.direct),
    }


@dataclass(frozen=True, slots=True)
class ReceptionFacts:
    """One round of an online dossier's reception clock: its deadline, and the answer if there was one.

    late_from: the due moment of an hour limit, 00:00 after the due date of a day limit. dossier_closed:
    whether the dossier has ended; if nobody had answered, its applicant withdrew it before.
    """

    due_on: date
    late_from: datetime
    is_hour_limit: bool
    answered_at: datetime | None = None
    dossier_closed: bool = False

    def answered_in_time(self) -> bool:
        """True if receipt, supplement request or refusal came before the round was late."""
        if self.answered_at is None:
            return False
        if self.is_hour_limit:  # as a finish: late is after the due moment
            return self.answered_at <= self.late_from
        return self.answered_at < self.late_from


@dataclass(frozen=True, slots=True)
class ReceptionRow:
    """Rounds whose reception deadline falls in a period; each stands in `due` and in one of the others.

    waiting, waiting_late: unanswered, in time still or late (còn chờ quá hạn). withdrawn: its applicant took
    the dossier back before anybody answered; nobody answered in time, and nobody waits.
    """

    due: int = 0
    in_time: int = 0
    late: int = 0
    waiting: int = 0
    waiting_late: int = 0
    withdrawn: int = 0

    @property
    def on_time(self) -> Rate:
        """Answered in time / all whose deadline falls in the period, answered or not."""
        return rate(self.in_time, self.due)

    @property
    def balances(self) -> bool:
        """Whether every round stands in exactly one column."""
        return self.due == self.in_time + self.late + self.waiting + self.waiting_late + self.withdrawn

    def __add__(self, other: ReceptionRow) -> ReceptionRow:
        """Both rows together."""
        return ReceptionRow(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


def tally_reception(rounds: Iterable[ReceptionFacts], start: date, end: date, now: datetime) -> ReceptionRow:
    """The reception row of these rounds for the period; `now` decides which unanswered ones are late."""
    due = [facts for facts in rounds if start <= facts.due_on <= end]
    counts = Counter(_reception_column(facts, now) for facts in due)
    return ReceptionRow(due=len(due), **counts)


def _reception_column(facts: ReceptionFacts, now: datetime) -> str:
    if facts.answered_at is not None:
        return "in_time" if facts.answered_in_time() else "late"
    if facts.dossier_closed:
        return "withdrawn"
    return "waiting_late" if facts.late_from <= now else "waiting"


def percentile(histogram: Mapping[int, int], percent: int) -> int | None:
    """The nearest-rank percentile of a weighted histogram (value → how many); None of nothing.

    The smallest value at or below which at least `percent` per cent lie: always a value that occurred,
    and of an even number the lower of the two middle ones. percent is 1 to 100.
    """
    return percentiles(histogram, (percent,))[0]


def percentiles(histogram: Mapping[int, int], percents: Sequence[int]) -> list[int | None]:
    """Several of them, from one walk through the values."""
    values = sorted(histogram)
    reached = list(accumulate(map(histogram.__getitem__, values)))
    number = reached[-1] if reached else 0
    if not number:
        return [None] * len(percents)
    return [values[bisect_left(reached, -(-number * percent // 100))] for percent in percents]


def wilson_interval(num: int, den: int, z: float = 1.959964) -> tuple[float, float] | None:
    """The Wilson score interval of num of den as shares from 0 to 1 (95 % by default); None of nothing."""
    if den == 0:
        return None
    share, squared = num / den, z * z
    middle = share + squared / (2 * den)
    spread = z * sqrt(share * (1 - share) / den + squared / (4 * den * den))
    scale = 1 + squared / den
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A place in a ranking; equal rates share a place, and the next one counts on."""

    place: int
    key: str
    rate: Rate
    low: float
    high: float


def rank(shares: Mapping[str, tuple[int, int]], fewest: int = FEWEST_TO_RANK) -> tuple[Ranked, ...]:
    """Best first by the exact share num/den; those with fewer than `fewest` cases are not ranked at all.

    Among equals the larger one stands first, then by key.
    """
    fit = [(key, num, den) for key, (num, den) in shares.items() if den >= max(1, fewest)]
    fit.sort(key=lambda each: (-Fraction(each[1], each[2]), -each[2], each[0]))
    ranked: list[Ranked] = []
    for position, (key, num, den) in enumerate(fit, start=1):
        interval = wilson_interval(num, den)
        assert interval is not None  # den ≥ 1
        last = ranked[-1] if ranked else None
        tied = last is not None and last.rate.num * den == num * last.rate.den
        place = last.place if last is not None and tied else position
        ranked.append(Ranked(place, key, rate(num, den), *interval))
    return tuple(ranked)
