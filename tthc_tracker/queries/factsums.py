"""How sums over stretches of days follow from the facts of the days: statements that make and check them.

A series is what a table's rows are read from: `agency` and, of the whole province, `sector`, `procedure` and
so on, of each level `xa/sector`, each with its days; and the same of one agency (`7:sector`), whose days are
read from the facts themselves.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.dailyfacts import MEASURES
from tthc_tracker.domain.stretches import Grain, stretch_of
from tthc_tracker.models.fact import KEYS, fact_sum

OF_AN_AGENCY = {
    "sector": "sector_id", "procedure": "procedure_id", "channel": "channel", "source": "source_id",
    "unit": "unit_id",
}  # fmt: skip
OF_THE_PROVINCE = {"agency": "agency_id"} | OF_AN_AGENCY
OF_LEVELS = "level/sector"
OF_LIMITS = "procedure"
"""By what alone limits are summed."""
SERIES = ("series", "grain", "start", "member")
_GRAINS = (Grain.DAY, Grain.HALF_MONTH, Grain.QUARTER, Grain.YEAR)
_FINER = {Grain.HALF_MONTH: Grain.DAY, Grain.QUARTER: Grain.HALF_MONTH, Grain.YEAR: Grain.QUARTER}


@dataclass(frozen=True)
class Made:
    """A table of sums with the table of days it is made of, and what it sums up."""

    name: str
    days: str
    keys: tuple[str, ...]  # beside those of a series
    numbers: tuple[str, ...]


FACTS = Made("fact_sum", "daily_fact", (), MEASURES)
LENGTHS = Made("length_sum", "daily_length", ("tenths",), ("number",))
LIMIT = ("hundredths", "unit", "used")
LIMITS = Made("limit_sum", "daily_length", LIMIT, ("number",))
_EVERY = (FACTS, LENGTHS, LIMITS)


@dataclass(frozen=True)
class Step:
    """One part of the work: a series' days; an agency's half-months; or what is made of finer sums."""

    of: Made
    grain: Grain
    dimension: str = ""

    @property
    def name(self) -> str:
        """For people who wait."""
        return " ".join(filter(None, (self.of.name, self.grain.value, self.dimension)))


STEPS = (
    *(
        Step(made, Grain.DAY, dimension)
        for made in _EVERY
        for dimension in (*OF_THE_PROVINCE, OF_LEVELS)
        if made is not LIMITS or dimension == OF_LIMITS
    ),
    *(
        Step(made, Grain.HALF_MONTH, dimension)
        for made in _EVERY
        for dimension in OF_AN_AGENCY
        if made is not LIMITS or dimension == OF_LIMITS
    ),
    *(Step(made, grain) for made in _EVERY for grain in _FINER),
)


def days_known(session: Session) -> list[dt.date]:
    """Every day on which something happened, once the days of agencies are summed."""
    of_agencies = fact_sum.c.series == "agency", fact_sum.c.grain == Grain.DAY.value
    statement = select(fact_sum.c.start).where(*of_agencies).distinct().order_by(fact_sum.c.start)
    return list(session.execute(statement).scalars())


def summed(step: Step, days: Sequence[dt.date], dialect: str) -> str:
    """The statement that gives the sums of a step from what it is made of.

    days: of a step by days the first and the last, else every one that counts, in order.
    """
    made = step.of
    sums = ", ".join(f"NULLIF(SUM({name}), 0)" for name in made.numbers)
    if made is not FACTS:
        sums = "SUM(number)"
    more = "".join(f", {key}" for key in made.keys)
    if step.grain is Grain.DAY:
        series, source = f"'{step.dimension}'", made.days
        member, by = OF_THE_PROVINCE.get(step.dimension, ""), ""
        if step.dimension == OF_LEVELS:
            series, source = "level || '/sector'", f"{made.days} JOIN agency ON agency.id = agency_id"
            member, by = "sector_id", "level, "
        return (
            f"SELECT {series}, 'day', day, {member}{more}, {sums} FROM {source} "  # noqa: S608 (names of our own)
            f"WHERE {_between('day', days)} GROUP BY {by}day, {member}{more}"
        )
    if step.dimension:
        member = OF_AN_AGENCY[step.dimension]
        series, of_grain = f"CAST(agency_id AS VARCHAR) || ':{step.dimension}'", ""
        source, by = f"{made.days} JOIN stretch ON day_in = day", f"agency_id, first, {member}"
    else:
        member, series, of_grain = "member", "series", f"WHERE grain = '{_FINER[step.grain]}' "
        source, by = f"{made.name} JOIN stretch ON day_in = start", "series, first, member"
    return (
        f"WITH stretch (day_in, first) AS (VALUES {_stretches(step.grain, days, dialect)}) "  # noqa: S608 (names of our own)
        f"SELECT {series}, '{step.grain}', first, {member}{more}, {sums} "
        f"FROM {source} {of_grain}GROUP BY {by}{more}"
    )


def _between(column: str, days: Sequence[dt.date]) -> str:
    return f"{column} BETWEEN '{days[0]}' AND '{days[-1]}'"


def _stretches(grain: Grain, days: Iterable[dt.date], dialect: str) -> str:
    """Each day with the first of its stretch: the beginnings of the finer ones are days too."""
    word = "DATE " if dialect == "postgresql" else ""
    finer = _GRAINS[: _GRAINS.index(grain)]
    known = {day for each in days for day in (each, *(stretch_of(part, each)[0] for part in finer))}
    pairs = sorted((day, stretch_of(grain, day)[0]) for day in known)
    return ", ".join(f"({word}'{day}', {word}'{first}')" for day, first in pairs)


def kept(step: Step, days: Sequence[dt.date]) -> str:
    """The statement that gives the sums of a step as they are kept, for stretches of these days."""
    made = step.of
    starts = [stretch_of(step.grain, day)[0] for day in (days[0], days[-1])]
    columns = ", ".join((*SERIES, *made.keys, *made.numbers))
    whose = ""
    if step.dimension == OF_LEVELS:
        whose = "REPLACE(series, '/sector', '') <> series AND "
    elif step.grain is Grain.DAY:
        whose = f"series = '{step.dimension}' AND "
    elif step.dimension:  # (LIKE has a sign that drivers take for theirs)
        whose = f"REPLACE(series, ':{step.dimension}', '') <> series AND "
    elif step.grain is Grain.HALF_MONTH:
        whose = "REPLACE(series, ':', '') = series AND "
    return (
        f"SELECT {columns} FROM {made.name} "  # noqa: S608 (names of our own)
        f"WHERE {whose}grain = '{step.grain}' AND {_between('start', starts)}"
    )


def insertion(step: Step, days: Sequence[dt.date], dialect: str) -> str:
    """The statement that writes the sums of a step."""
    columns = ", ".join((*SERIES, *step.of.keys, *step.of.numbers))
    return f"INSERT INTO {step.of.name} ({columns}) {summed(step, days, dialect)}"


def upsert(table: str, keys: Sequence[str], numbers: Sequence[str], mark: str) -> str:
    """The statement that adds to rows of sums, or begins them."""
    columns = ", ".join((*keys, *numbers))
    marks = ", ".join(mark for _ in (*keys, *numbers))
    if numbers == ("number",):
        changes = f"number = {table}.number + excluded.number"
    else:
        changes = ", ".join(
            f"{name} = NULLIF(COALESCE({table}.{name}, 0) + COALESCE(excluded.{name}, 0), 0)"
            for name in numbers
        )
    return (
        f"INSERT INTO {table} ({columns}) VALUES ({marks}) "  # noqa: S608 (names of our own)
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes}"
    )


DAILY = {"daily_fact": (KEYS, MEASURES), "daily_length": ((*KEYS, "tenths", *LIMIT), ("number",))}
SUMMED = {made.name: ((*SERIES, *made.keys), made.numbers) for made in _EVERY}
