"""Signs that a record may not be what happened: how many of each, where, and the list behind a number.

What a rule of the alerts says is counted by the alerts that stand; the rest is asked of the dossiers, each by
an index that holds no more than them, or of what is open.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, literal_column, or_, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.anomalies import RULE_OF, SIGN_OF, Sign
from tthc_tracker.domain.lifecycle import State
from tthc_tracker.domain.people import listed_name
from tthc_tracker.domain.permissions import Permission, Scope
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.alert import Alert
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import ProcedureVersion
from tthc_tracker.queries import listing
from tthc_tracker.queries.keptlist import Asked, KeptList, Page
from tthc_tracker.queries.listing import Count, Filters
from tthc_tracker.queries.scoping import resolved_within
from tthc_tracker.wording import anomalylists

NARROWS = ("agency", "level")
_ASKED_OF_DOSSIERS = tuple(sign for sign in Sign if sign not in RULE_OF)


class AnomalyRow(NamedTuple):
    """A line. code: "" of a unit or an agency; noted_at: when an alert was raised, else when accepted."""

    id: int
    code: str
    version: int
    sign: Sign
    procedure: str | None
    owner: str | None  # masked
    agency_code: str
    agency: str
    unit: str | None
    officer: str | None
    accepted_at: dt.datetime | None
    due_at: dt.datetime | None
    told_due_at: dt.datetime | None
    closed_at: dt.datetime | None
    noted_at: dt.datetime | None


@dataclass
class Signs:
    """How many of each sign an agency has, or a unit. code: the agency's, or the unit's number as addresses
    have it."""

    code: str
    name: str
    numbers: Counter[Sign] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """All of them."""
        return self.numbers.total()


def sign_of(question: Mapping[str, str]) -> Sign:
    """The sign of an address; what is none means the first."""
    text = question.get("sign", "")
    return Sign(text) if text in set(Sign) else Sign.NO_DUE_DATE


def by_agency(session: Session, scope: Scope) -> list[Signs]:
    """Every agency with signs, the most first. One query for the alerts, one for each other sign."""
    found = _counted(session, scope, Alert.agency_id, Dossier.resolving_agency_id)
    names = select(Agency.id, Agency.code, Agency.name).where(Agency.id.in_(list(found)))
    rows = [Signs(code, name, found[key]) for key, code, name in session.execute(names)]
    return sorted(rows, key=lambda one: (-one.total, one.code))


def by_unit(session: Session, scope: Scope, agency: str) -> list[Signs]:
    """The units of an agency itself with signs, the most first; what no unit has under NOBODYS. As many
    queries."""
    own = select(Agency.id).where(Agency.code == agency).scalar_subquery()
    found = _counted(
        session, scope, Alert.unit_id, Dossier.holding_unit_id,
        Alert.agency_id == own, Dossier.resolving_agency_id == own,
    )  # fmt: skip
    names = dict(
        session.execute(select(Unit.id, Unit.name).where(Unit.id.in_([key for key in found if key]))).all()
    )
    rows = [
        Signs(str(key or listing.NOBODYS), names.get(key, anomalylists.NO_UNIT), signs)
        for key, signs in found.items()
    ]
    return sorted(rows, key=lambda one: (-one.total, one.code))


def _counted(
    session: Session, scope: Scope, of_alert: Any, of_dossier: Any, *within: ColumnElement[bool]
) -> dict[Any, Counter[Sign]]:
    """How many of each sign by a column of the alerts and the same of the dossiers. within: what narrows the
    one and the other."""
    found: dict[Any, Counter[Sign]] = defaultdict(Counter)
    standing = select(of_alert, Alert.rule, func.count()).where(*_standing(scope, *RULE_OF), *within[:1])
    for key, rule, number in session.execute(standing.group_by(of_alert, Alert.rule)):
        found[key][SIGN_OF[rule]] += number
    for sign in _ASKED_OF_DOSSIERS:
        counted = select(of_dossier, func.count())
        counted = counted.where(_looks(session, sign), resolved_within(scope), *within[1:])
        for key, number in session.execute(counted.group_by(of_dossier)):
            found[key][sign] += number
    return found


def page(
    session: Session, sign: Sign, filters: Filters, scope: Scope, *, after: str = "", size: int = listing.PAGE
) -> Page:
    """One page of a sign's list, the newest first."""
    statement, key = _details(session, sign, filters, scope)
    match listing.decode_cursor(after):
        case [int(last)] if abs(last) <= listing.BIGGEST_ID:
            statement = statement.where(key < last)
        case _:
            pass
    found = [_row(sign, row) for row in session.execute(statement.order_by(key.desc()).limit(size + 1))]
    rows = found[:size]
    return Page(rows, listing.encode_cursor(rows[-1].id) if len(found) > size else "")


def count(session: Session, sign: Sign, filters: Filters, scope: Scope) -> Count:
    """How many rows it has, exactly up to ten thousand."""
    return listing.count(session, _chosen(session, sign, filters, scope, _key(sign)))


def _key(sign: Sign) -> Any:
    return Alert.id if sign in RULE_OF else Dossier.id


def _chosen(session: Session, sign: Sign, filters: Filters, scope: Scope, *columns: Any) -> Select[Any]:
    """The alerts or dossiers of a sign, within a scope and what the filters narrow it to."""
    narrowed = Filters(filters.agency, filters.level, only=filters.only)
    unit: Any = Alert.unit_id if sign in RULE_OF else Dossier.holding_unit_id
    if sign in RULE_OF:
        agency: Any = Alert.agency_id
        statement = select(*columns).select_from(Alert).where(*_standing(scope, sign))
    else:
        agency = Dossier.resolving_agency_id
        statement = select(*columns).select_from(Dossier)
        statement = statement.where(_looks(session, sign), resolved_within(scope))
    if filters.unit is not None:
        statement = statement.where(
            unit.is_(None) if filters.unit == listing.NOBODYS else unit == filters.unit
        )
    return statement.where(*listing.conditions(session, narrowed, agency))


def _standing(scope: Scope, *signs: Sign) -> list[ColumnElement[bool]]:
    stands: list[ColumnElement[bool]] = [
        Alert.closed_at.is_(None), Alert.rule.in_([RULE_OF[sign] for sign in signs]),
    ]  # fmt: skip
    return stands if scope.all else [*stands, Alert.agency_id.in_(sorted(scope.agency_ids))]


def _looks(session: Session, sign: Sign) -> ColumnElement[bool]:
    """What a dossier looks like that bears a sign without an alert of its own."""
    match sign:
        case Sign.DUE_ON_DAY_OFF:
            return and_(_ON_DAY_OFF, Dossier.closed_at.is_(None))
        case Sign.UNBALANCED:  # closed without a class: in a received cell and in no result cell
            return and_(
                Dossier.accepted_at.is_not(None), Dossier.due_at.is_not(None), Dossier.closed_at.is_not(None),
                Dossier.finish_class.is_(None), Dossier.state != State.CANCELLED,
            )  # fmt: skip
        case _:
            is_open = and_(Dossier.closed_at.is_(None), Dossier.accepted_at.is_not(None))
            return and_(is_open, _code_disagrees(session))


# In the words of the partial index: SQLite does not see that `= 1`, as booleans are written, is the same.
_ON_DAY_OFF: ColumnElement[bool] = literal_column("dossier.due_on_day_off")


def _code_disagrees(session: Session) -> ColumnElement[bool]:
    """`domain.anomalies.code_disagrees` of codes with a day and four digits behind it."""
    day = func.substr(Dossier.code, func.length(Dossier.code) - 10, 6)
    accepted = _yymmdd(cast(Dossier.accepted_on, String))
    filed = _yymmdd(_local(session, func.coalesce(Dossier.submitted_at, Dossier.arrived_at)))
    names_a_day = and_(
        Dossier.code.like("%-______-____"), func.substr(day, 3, 2).between("01", "12"),
        func.substr(day, 5, 2).between("01", "31"),
    )  # fmt: skip
    return and_(names_a_day, or_(day > accepted, day < func.coalesce(filed, accepted)))


def _local(session: Session, moment: ColumnElement[Any]) -> ColumnElement[str]:
    """A moment's day here, as text that begins with yyyy-mm-dd."""
    if session.get_bind().dialect.name == "postgresql":
        return cast(func.timezone("Asia/Ho_Chi_Minh", moment), String)
    return func.datetime(moment, "+7 hours")


def _yymmdd(text: ColumnElement[str]) -> ColumnElement[str]:
    return func.substr(text, 3, 2).concat(func.substr(text, 6, 2)).concat(func.substr(text, 9, 2))


def _details(session: Session, sign: Sign, filters: Filters, scope: Scope) -> tuple[Select[Any], Any]:
    of_alert, key = sign in RULE_OF, _key(sign)
    agency: Any = Alert.agency_id if of_alert else Dossier.resolving_agency_id
    unit: Any = Alert.unit_id if of_alert else Dossier.holding_unit_id
    noted: Any = Alert.raised_at if of_alert else Dossier.accepted_at
    columns = (
        key.label("key"), Dossier.code, Dossier.version, ProcedureVersion.name.label("procedure"),
        Person.full_name.label("owner"), Person.kind.label("owner_kind"), Agency.code.label("agency_code"),
        Agency.name.label("agency"), Unit.name.label("unit"), User.full_name.label("officer"),
        Dossier.accepted_at, Dossier.due_at, Dossier.current_due_at, Dossier.closed_at,
        noted.label("noted_at"),
    )  # fmt: skip
    statement = _chosen(session, sign, filters, scope, *columns)
    if of_alert:
        statement = statement.outerjoin(Dossier, Dossier.id == Alert.dossier_id)
    statement = (
        statement.join(Agency, Agency.id == agency)
        .outerjoin(Unit, Unit.id == unit)
        .outerjoin(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .outerjoin(Person, Person.id == Dossier.owner_id)
        .outerjoin(User, User.id == Dossier.officer_id)
    )
    return statement, key


def _row(sign: Sign, row: Any) -> AnomalyRow:
    return AnomalyRow(
        row.key, row.code or "", row.version or 0, sign, row.procedure,
        listed_name(row.owner, row.owner_kind) if row.owner else None, row.agency_code, row.agency, row.unit,
        row.officer, row.accepted_at, row.due_at, row.current_due_at, row.closed_at, row.noted_at,
    )  # fmt: skip


# --- as a list that people keep


def _page(session: Session, asked: Asked, after: str, size: int) -> Page:
    filters = listing.read_filters(asked.question)
    return page(session, sign_of(asked.question), filters, asked.scope, after=after, size=size)


def _count(session: Session, asked: Asked) -> Count:
    return count(session, sign_of(asked.question), listing.read_filters(asked.question), asked.scope)


ANOMALIES = KeptList(
    anomalylists.COLUMNS,
    Permission.VIEW_SUPERVISION,
    (*NARROWS, "sign", "only", "unit"),
    _page,
    _count,
    NARROWS,
    (),
)
