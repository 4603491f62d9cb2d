"""Indicators of the session: define, set a target, enter a figure with its evidence. Nothing is lost."""

import datetime as dt
from collections.abc import Collection
from dataclasses import asdict, dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.errors import DuplicateSubmission, InvalidInput, NotAllowed, NotFound, StaleVersion
from tthc_tracker.domain.folding import fold
from tthc_tracker.domain.indicators import RHYTHMS, WHOLE, Direction, Measure, parts_owed
from tthc_tracker.domain.periods import Period, PeriodKind, period_of
from tthc_tracker.domain.permissions import Permission, may_act
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.indicator import Indicator, IndicatorTarget, IndicatorValue
from tthc_tracker.queries.indicators import OF_AGENCY
from tthc_tracker.queries.scoping import subtree
from tthc_tracker.services import audit, submissions
from tthc_tracker.services.acting import Person
from tthc_tracker.services.indicatorfigures import checked_number, figure_of
from tthc_tracker.services.supplements import words as checked
from tthc_tracker.wording import indicators as words

LONGEST_NAME, LONGEST_DEFINITION, LONGEST_UNIT, LONGEST_DUTY, LONGEST_EVIDENCE = 200, 600, 40, 200, 300
MOST_DAYS = 60


@dataclass(frozen=True)
class Definition:
    """What can be set of an indicator. owner: the code of the agency that is to enter it."""

    name: str
    definition: str
    measure: Measure
    unit: str
    direction: Direction
    levels: tuple[Level, ...]
    owner: str
    duty: str
    due_days: int
    rhythm: PeriodKind = PeriodKind.QUARTER


@dataclass(frozen=True)
class AddIndicator:
    """A new indicator on the board of one's agency, entered by hand; since: a day of its first period."""

    submission_key: str
    agency_id: int
    since: dt.date
    definition: Definition


@dataclass(frozen=True)
class EditIndicator:
    """Other words for an indicator, or another owner."""

    code: str
    version: int
    definition: Definition


@dataclass(frozen=True)
class SetTarget:
    """What is to be reached from a quarter on. part: a level, or '' for all of them."""

    submission_key: str
    code: str
    part: str
    period: Period
    value: Decimal | None
    basis: str


@dataclass(frozen=True)
class EnterValue:
    """A figure of a quarter. part: '' or a level; agency: a code, for the figure of one agency alone.

    Of a share either num and den, or value in per cent where only that is known. reason: why it takes the
    place of what was entered before.
    """

    submission_key: str
    code: str
    period: Period
    part: str
    agency: str
    num: int | None
    den: int | None
    value: Decimal | None
    evidence: str
    reason: str = ""


def enters_for(person: Person) -> list[int]:
    """The agencies for which this person enters figures."""
    held = (one.agency_id for one in person.memberships if Permission.ENTER_INDICATORS in one.permissions)
    return list(dict.fromkeys(held))


def add(session: Session, command: AddIndicator, *, person: Person, now: dt.datetime) -> str:
    """Put an indicator on the board; its code. The same form sent again gives the same.

    Raises:
        NotAllowed: another agency's board. InvalidInput: a field.
    """
    if known := _claimed(session, command.submission_key, "indicator", asdict(command), person, now):
        return known
    _demand(session, person, {command.agency_id})
    code = _code_for(session, command.definition.name)
    last = session.execute(select(func.max(Indicator.position))).scalar_one() or 0
    row = Indicator(
        code=code, position=last + 1, agency_id=command.agency_id, computed=None,
        since=period_of(command.definition.rhythm, command.since).start,
    )  # fmt: skip
    _define(session, row, command.definition, person)
    session.add(row)
    session.flush()
    _audit(session, "indicator_added", row, person, now)
    submissions.settle(session, command.submission_key, kind="indicator", result=code, now=now)
    return code


def edit(session: Session, command: EditIndicator, *, person: Person, now: dt.datetime) -> None:
    """Change what an indicator says or who owes it; a shipped one is taken on by the agency on top.

    Raises:
        NotFound, NotAllowed; StaleVersion: somebody else has changed it. InvalidInput: a field.
    """
    row = _row(session, command.code)
    demand_board(session, row.agency_id, person)
    if row.version != command.version:
        raise StaleVersion(command.code)
    if row.computed is not None:  # its measure is what it is reckoned by
        definition = command.definition
        row.definition, row.duty = definition.definition, definition.duty
    else:
        if command.definition.rhythm is not row.rhythm and _has_figures(session, row):
            raise InvalidInput("rhythm", words.HAS_FIGURES)
        _define(session, row, command.definition, person)
    if row.agency_id is None:
        row.agency_id = _on_top(session, person)
    row.version += 1
    _audit(session, "indicator_edited", row, person, now)


def set_target(session: Session, command: SetTarget, *, person: Person, now: dt.datetime) -> None:
    """Set what is to be reached from a quarter on; what was set for that quarter before stays as replaced.

    Raises:
        NotFound, NotAllowed; InvalidInput: no such part, no number, no basis.
    """
    row = _row(session, command.code)
    if _claimed(session, command.submission_key, "indicator_target", asdict(command), person, now):
        return
    demand_board(session, row.agency_id, person)
    _demand_rhythm(row, command.period)
    if command.part and command.part not in row.levels:
        raise InvalidInput("part", words.NO_PART)
    value = checked_number("value", command.value, row.measure)
    basis = checked("basis", command.basis, LONGEST_EVIDENCE, missing=words.NO_BASIS)
    same = (
        IndicatorTarget.indicator_id == row.id, IndicatorTarget.part == command.part,
        IndicatorTarget.since == command.period.start, IndicatorTarget.replaced_at.is_(None),
    )  # fmt: skip
    for old in session.execute(select(IndicatorTarget).where(*same)).scalars():
        old.replaced_at = now
    session.flush()
    session.add(
        IndicatorTarget(
            indicator_id=row.id, part=command.part, since=command.period.start, value=value, basis=basis,
            set_at=now, set_by_id=person.user_id,
        )
    )  # fmt: skip
    facts = {"period": command.period.key, "part": command.part, "target": str(value)}
    _audit(session, "indicator_target_set", row, person, now, facts)
    submissions.settle(session, command.submission_key, kind="indicator_target", result=row.code, now=now)


def enter(session: Session, command: EnterValue, *, person: Person, now: dt.datetime) -> None:
    """Enter a figure; the one that it corrects stays, with the moment at which it was replaced.

    Raises:
        NotFound, NotAllowed; InvalidInput: a computed indicator, a period that has not begun, no such part,
        numbers that make no figure, no evidence, no reason for a correction.
    """
    row = _row(session, command.code)
    if _claimed(session, command.submission_key, "indicator_value", asdict(command), person, now):
        return
    agency_id = _agency_of(session, command.agency)
    if agency_id is None:
        _demand(session, person, {row.owner_id, row.agency_id} - {None})
    else:
        _demand(session, person, {row.owner_id, row.agency_id, agency_id} - {None})
    part = _part(row, command, agency_id)
    _demand_rhythm(row, command.period)
    figure = figure_of(row.measure, command.num, command.den, command.value)
    evidence = checked("evidence", command.evidence, LONGEST_EVIDENCE, missing=words.NO_EVIDENCE)
    if command.period.start > now.date():
        raise InvalidInput("period", words.NOT_BEGUN)
    old = session.execute(
        select(IndicatorValue).where(*_same(row, command.period, part))
    ).scalar_one_or_none()
    missing = words.NO_REASON if old is not None else ""
    reason = checked("reason", command.reason, LONGEST_EVIDENCE, missing=missing)
    if old is not None:
        old.replaced_at = now
        session.flush()
    session.add(
        IndicatorValue(
            indicator_id=row.id, part=part, agency_id=agency_id, period_start=command.period.start,
            period_end=command.period.end, value=figure.value, num=figure.num, den=figure.den,
            evidence=evidence, reason=reason, entered_at=now, entered_by_id=person.user_id,
        )
    )  # fmt: skip
    facts = {"period": command.period.key, "part": part, "value": str(figure.value)}
    facts |= {"was": str(old.value), "reason": reason} if old is not None else {}
    action = "indicator_corrected" if old is not None else "indicator_entered"
    _audit(session, action, row, person, now, facts)
    submissions.settle(session, command.submission_key, kind="indicator_value", result=row.code, now=now)


def demand_board(session: Session, agency_id: int | None, person: Person) -> None:
    """Whether a person sets what stands on an agency's board; a shipped one's (None): who is on top.

    Raises:
        NotAllowed.
    """
    if agency_id is None:
        _on_top(session, person)
    else:
        _demand(session, person, {agency_id})


def may_set(session: Session, agency_id: int | None, person: Person) -> bool:
    """The same, asked."""
    try:
        demand_board(session, agency_id, person)
    except NotAllowed:
        return False
    return True


def _on_top(session: Session, person: Person) -> int:
    top = select(Agency.id).where(
        Agency.id.in_(enters_for(person)), Agency.parent_id.is_(None), Agency.active_to.is_(None)
    )
    found = session.execute(top.order_by(Agency.id).limit(1)).scalar_one_or_none()
    if found is None:
        raise NotAllowed("the shipped indicators are the highest agency's to take on")
    return found


def _demand(session: Session, person: Person, agency_ids: Collection[int | None]) -> None:
    """That he enters for one of them."""
    for agency_id in agency_ids:
        if agency_id is not None and may_act(
            person.memberships, Permission.ENTER_INDICATORS, {agency_id}, lambda one: subtree(session, one)
        ):
            return
    raise NotAllowed("another agency's indicator")


def _define(session: Session, row: Indicator, given: Definition, person: Person) -> None:
    row.name = checked("name", given.name, LONGEST_NAME, missing=words.NO_NAME)
    row.definition = checked("definition", given.definition, LONGEST_DEFINITION)
    row.measure, row.direction = given.measure, given.direction
    row.unit = "%" if given.measure is Measure.PERCENT else checked(
        "unit", given.unit, LONGEST_UNIT, missing=words.NO_UNIT
    )  # fmt: skip
    row.levels = [one.value for one in Level if one in given.levels]
    row.duty = checked("duty", given.duty, LONGEST_DUTY)
    row.owner_id = _agency_of(session, given.owner)
    if row.owner_id is not None and not person.scope.sees({row.owner_id}):
        raise InvalidInput("owner", words.NO_AGENCY)
    if not 1 <= given.due_days <= MOST_DAYS:
        raise InvalidInput("due_days", words.DAYS)
    row.due_days = given.due_days
    if given.rhythm not in RHYTHMS:
        raise InvalidInput("rhythm", words.NO_RHYTHM)
    row.rhythm = given.rhythm


def _demand_rhythm(row: Indicator, period: Period) -> None:
    """That it is told of such periods; targets of what is computed hold for any."""
    if row.computed is None and period.kind is not row.rhythm:
        raise InvalidInput("value", words.OTHER_RHYTHM)


def _has_figures(session: Session, row: Indicator) -> bool:
    held = (
        select(one.id).where(one.indicator_id == row.id).limit(1) for one in (IndicatorValue, IndicatorTarget)
    )
    return any(session.execute(one).first() is not None for one in held)


def _part(row: Indicator, command: EnterValue, agency_id: int | None) -> str:
    if row.computed is not None:
        raise InvalidInput("value", words.IS_COMPUTED)
    if agency_id is not None:
        return f"{OF_AGENCY}{agency_id}"
    levels = tuple(Level(one) for one in row.levels)
    if command.part not in {WHOLE, *parts_owed(levels, command.period)}:
        raise InvalidInput("part", words.NO_PART)
    return command.part


def _same(row: Indicator, period: Period, part: str) -> tuple[ColumnElement[bool], ...]:
    return (
        IndicatorValue.indicator_id == row.id, IndicatorValue.part == part,
        IndicatorValue.period_start == period.start, IndicatorValue.period_end == period.end,
        IndicatorValue.replaced_at.is_(None),
    )  # fmt: skip


def _agency_of(session: Session, code: str) -> int | None:
    if not code:
        return None
    found = session.execute(select(Agency.id).where(Agency.code == code)).scalar_one_or_none()
    if found is None:
        raise InvalidInput("agency", words.NO_AGENCY)
    return found


def _row(session: Session, code: str) -> Indicator:
    """The indicator, locked: two who correct one figure come one after the other."""
    found = session.execute(select(Indicator).where(Indicator.code == code).with_for_update())
    row = found.scalar_one_or_none()
    if row is None:
        raise NotFound(code)
    return row


def _code_for(session: Session, name: str) -> str:
    """A code from the name that nothing bears yet."""
    stem = "_".join(fold(name).split())[:50].strip("_") or "chi_tieu"
    stem = "".join(letter for letter in stem if letter.isascii() and (letter.isalnum() or letter == "_"))
    taken = set(
        session.execute(
            select(Indicator.code).where(Indicator.code.startswith(stem, autoescape=True))
        ).scalars()
    )
    return stem if stem not in taken else next(
        f"{stem}_{number}" for number in range(2, len(taken) + 3) if f"{stem}_{number}" not in taken
    )  # fmt: skip


def _claimed(
    session: Session, key: str, action: str, content: dict[str, object], person: Person, now: dt.datetime
) -> str:
    """What the same form has made before, '' if it is new."""
    try:
        submissions.claim(
            session, key, user_id=person.user_id, action=action, content=submissions.fingerprint(content),
            now=now,
        )  # fmt: skip
    except DuplicateSubmission as again:
        return again.outcome or "done"
    return ""


def _audit(
    session: Session,
    action: str,
    row: Indicator,
    person: Person,
    now: dt.datetime,
    facts: dict[str, str] | None = None,
) -> None:
    audit.note(
        session, action, actor_id=person.user_id, now=now, object_type="indicator", object_id=row.code,
        agency_id=row.agency_id, facts={"name": row.name} | (facts or {}),
    )  # fmt: skip
