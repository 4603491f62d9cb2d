"""What the computed indicators come to: by level and by agency, from the dossiers of a scope."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.indicators import WHOLE, Computed, Figure, count, share
from tthc_tracker.domain.lifecycle import ApplicantKind, State
from tthc_tracker.domain.performance import RateName
from tthc_tracker.domain.periods import Period
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.person import Person
from tthc_tracker.queries import fieldreports, statistics
from tthc_tracker.queries.scoping import resolved_within
from tthc_tracker.queries.statistics import Line, Statistics
from tthc_tracker.queries.statisticscells import PARTS, By, Cell, Question
from tthc_tracker.wording.personaldata import ERASED

CARD_DIGITS = 12

_RATES = {
    Computed.ELECTRONIC: RateName.ELECTRONIC,
    Computed.ONLINE: RateName.ONLINE,
    Computed.ONLINE_PAYMENT: RateName.ONLINE_PAYMENT,
    Computed.ON_TIME: RateName.ON_TIME,
    Computed.RECEPTION: RateName.RECEPTION,
    Computed.COMPONENTS: RateName.COMPONENTS,
    Computed.RESULTS: RateName.RESULTS,
}

Counted = tuple[int, int]  # num, den


def cells_of(computed: Computed | None) -> tuple[Cell, Cell] | None:
    """The cells of the statistics behind the two numbers of a figure; None where there are none."""
    name = _RATES.get(computed) if computed else None
    return PARTS[name] if name else None


@dataclass(frozen=True)
class OfAgency:
    """The figure of one agency."""

    code: str
    name: str
    figure: Figure


class Reckoned:
    """The figures of a scope, each period counted once however many indicators ask for it."""

    def __init__(self, session: Session, scope: Scope, now: dt.datetime) -> None:
        self._session, self._scope, self._now = session, scope, now
        self._tables: dict[Period, Statistics] = {}
        self._levels: dict[Period, Statistics] = {}
        self._cards: dict[Period, Mapping[tuple[str, str, str], Counted]] = {}

    def parts(self, computed: Computed, period: Period) -> dict[str, Figure]:
        """The figure of the whole ('') and of each level (its code) that has any case."""
        if name := _RATES.get(computed):
            levels = self.levels(period)
            lines = {WHOLE: levels.total} | {str(line.key): line for line in levels.rows}
            found: dict[str, Figure | None] = {part: _figure(line, name) for part, line in lines.items()}
        elif computed is Computed.FIELD_REPORTS:
            many = fieldreports.counted(self._session, self._scope, period.start, period.end, now=self._now)
            found = {WHOLE: count(many.received)}
        else:
            sums: defaultdict[str, Counted] = defaultdict(lambda: (0, 0))
            for (_, _, level), (num, den) in self._by_card(period).items():
                for part in (WHOLE, level):
                    sums[part] = sums[part][0] + num, sums[part][1] + den
            found = {part: share(*both) for part, both in sums.items()}
        return {part: figure for part, figure in found.items() if figure is not None}

    def agencies(self, computed: Computed, period: Period) -> tuple[OfAgency, ...]:
        """The figure of each agency that has any case, in the order of the catalogue; reports have a list."""
        if computed is Computed.FIELD_REPORTS:
            return ()
        if name := _RATES.get(computed):
            lines = self.table(period).rows
            found = [(str(line.key), line.label, _figure(line, name)) for line in lines]
        else:
            found = [
                (code, name, share(*counted)) for (code, name, _), counted in self._by_card(period).items()
            ]
        return tuple(OfAgency(code, name, figure) for code, name, figure in found if figure is not None)

    def table(self, period: Period) -> Statistics:
        """The statutory table of a period, a row an agency."""
        if period not in self._tables:
            question = self._question(period, By.AGENCY)
            self._tables[period] = statistics.statutory(self._session, question, self._now)
        return self._tables[period]

    def levels(self, period: Period) -> Statistics:
        """The same dossiers, a row a level."""
        if period not in self._levels:
            question = self._question(period, By.LEVEL)
            self._levels[period] = statistics.levels_of(self._session, self.table(period), question)
        return self._levels[period]

    def _question(self, period: Period, by: By) -> Question:
        return Question(period.start, period.end, by, self._scope)

    def _by_card(self, period: Period) -> Mapping[tuple[str, str, str], Counted]:
        if period not in self._cards:
            self._cards[period] = _by_card(self._session, self._scope, period)
        return self._cards[period]


def _figure(line: Line, name: RateName) -> Figure | None:
    rate = line.rates[name]
    return share(rate.num, rate.den)


def _by_card(session: Session, scope: Scope, period: Period) -> dict[tuple[str, str, str], Counted]:
    """Of the dossiers of citizens accepted in the period, by resolving agency, those that 12 digits of a card
    identify, and all whose data is still kept."""
    citizen = (Person.kind == ApplicantKind.CITIZEN) & (Person.full_name != ERASED)
    statement = (
        select(
            Agency.code, Agency.name, Agency.level,
            _number(citizen & (func.length(Person.id_number) == CARD_DIGITS)), _number(citizen),
        )
        .select_from(Dossier)
        .join(Agency, Agency.id == Dossier.resolving_agency_id)
        .join(Person, Person.id == Dossier.applicant_id)
        .where(
            Dossier.accepted_on.between(period.start, period.end), Dossier.state != State.CANCELLED,
            Dossier.due_at.is_not(None),
            resolved_within(scope),
        )
        .group_by(Agency.code, Agency.name, Agency.level)
        .order_by(Agency.level, Agency.code)
    )  # fmt: skip
    return {
        (code, name, level.value): (card, every)
        for code, name, level, card, every in session.execute(statement)
    }


def _number(condition: Any) -> Any:
    return func.count(case((condition, 1)))
