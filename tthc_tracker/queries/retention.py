"""Which term holds for which procedure, and of which dossiers it is over."""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.lifecycle import SourceKind, State
from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.domain.retention import last_end
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.fieldreport import FieldReport
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.models.personaldata import PersonalErasure, RetentionRule
from tthc_tracker.models.procedure import Procedure, ProcedureVersion, Source

FOR_ALL = 0
SHOWN, LOOKED_AT = "retention", "retention_looked_at"
"""What the audit calls a dry run, and what it was of."""

_NAME = (
    select(ProcedureVersion.name)
    .where(ProcedureVersion.procedure_id == Procedure.id)
    .order_by(ProcedureVersion.id.desc())
    .limit(1)
    .correlate(Procedure)
    .scalar_subquery()
)
"""What a procedure is called today."""


@dataclass(frozen=True)
class Rule:
    """A rule as the catalogue shows it. procedure_code None: for all procedures without one of their own."""

    procedure_code: str | None
    procedure: str | None
    months: int
    basis: str
    valid_from: dt.date
    in_force: bool


@dataclass(frozen=True)
class Due:
    """Of how many dossiers of a procedure the term is over, and the earliest end among them."""

    procedure_code: str
    procedure: str
    months: int
    dossiers: int
    earliest: dt.date


def terms(session: Session, on: dt.date) -> dict[int, int]:
    """Months by procedure (FOR_ALL: of all others) as they hold on a day."""
    rows = select(RetentionRule.procedure_key, RetentionRule.months).where(RetentionRule.valid_from <= on)
    latest_last = session.execute(rows.order_by(RetentionRule.valid_from))
    return {row.procedure_key: row.months for row in latest_last}


def term_of(held: Mapping[int, int], procedure_id: int) -> int | None:
    """The months for one procedure; None where nobody has set any."""
    return held.get(procedure_id, held.get(FOR_ALL))


def rules(session: Session, on: dt.date) -> list[Rule]:
    """Every rule, those for all first, of each the latest first."""
    statement = (
        select(RetentionRule, Procedure.code, _NAME)
        .outerjoin(Procedure, Procedure.id == RetentionRule.procedure_id)
        .order_by(RetentionRule.procedure_key, RetentionRule.valid_from.desc())
    )
    found, held = [], set()
    for row, code, name in session.execute(statement):
        in_force = row.valid_from <= on and row.procedure_key not in held
        held |= {row.procedure_key} if in_force else set()
        found.append(Rule(code, name, row.months, row.basis, row.valid_from, in_force))
    return found


def over(session: Session, today: dt.date) -> ColumnElement[bool]:
    """The condition on `dossier`: it has ended, its term is over, its data is still there."""
    held = terms(session, today)
    by_months: dict[int, list[int]] = defaultdict(list)
    for key, months in held.items():
        if key != FOR_ALL:
            by_months[months].append(key)
    own = sorted(key for key in held if key != FOR_ALL)
    parts = [
        and_(Dossier.procedure_id.in_(sorted(keys)), Dossier.closed_on <= last_end(today, months))
        for months, keys in sorted(by_months.items())
    ]
    if FOR_ALL in held:
        ended = Dossier.closed_on <= last_end(today, held[FOR_ALL])
        parts.append(and_(Dossier.procedure_id.not_in(own), ended) if own else ended)
    if not parts:
        return false()
    mirrors = select(Source.id).where(Source.kind == SourceKind.MIRROR)
    return and_(
        Dossier.closed_on <= last_end(today, min(held.values())),  # one range of the index for all of them
        or_(*parts),
        or_(Dossier.state != State.FINISHED, Dossier.source_id.in_(mirrors)),
        ~exists().where(PersonalErasure.dossier_id == Dossier.id),
    )


def last_answer_let_go(session: Session, today: dt.date) -> dt.datetime | None:
    """Field reports answered before it have outlived the term of all procedures; None: there is no term."""
    months = terms(session, today).get(FOR_ALL)
    if months is None:
        return None
    return dt.datetime.combine(last_end(today, months) + dt.timedelta(days=1), dt.time(), VIETNAM)


def due_reports(session: Session, today: dt.date) -> int:
    """How many answered field reports would be freed of what is personal today."""
    return session.execute(select(func.count()).where(_let_go(session, today))).scalar_one()


def _let_go(session: Session, today: dt.date) -> ColumnElement[bool]:
    last = last_answer_let_go(session, today)
    return false() if last is None else and_(FieldReport.answered_at < last, FieldReport.erased_at.is_(None))


def mark_of(session: Session, today: dt.date) -> str:
    """What an erasure would take today, as one word: another dossier or report more or less, another word."""
    dossiers = select(Dossier.id).where(over(session, today)).order_by(Dossier.id)
    reports = select(FieldReport.id).where(_let_go(session, today)).order_by(FieldReport.id)
    digest = hashlib.sha256()
    for kind, statement in ((b"dossier", dossiers), (b"report", reports)):
        for number in session.execute(statement).scalars():
            digest.update(b"%s:%d\n" % (kind, number))
    return digest.hexdigest()[:32]


def looked_at(session: Session, mark: str, since: dt.datetime) -> bool:
    """Whether a dry run has shown exactly this since a moment."""
    noted = select(AuditEntry.id).where(
        AuditEntry.object_type == SHOWN, AuditEntry.object_id == mark, AuditEntry.at >= since,
        AuditEntry.action == LOOKED_AT,
    )  # fmt: skip
    return session.execute(noted.limit(1)).first() is not None


def due(session: Session, today: dt.date) -> list[Due]:
    """What an erasure would take today, by procedure."""
    held = terms(session, today)
    statement = (
        select(Procedure.id, Procedure.code, _NAME, func.count(), func.min(Dossier.closed_on))
        .join(Procedure, Procedure.id == Dossier.procedure_id)
        .where(over(session, today))
        .group_by(Procedure.id, Procedure.code)
        .order_by(Procedure.code)
    )
    return [
        Due(code, name, term_of(held, procedure_id) or 0, dossiers, earliest)
        for procedure_id, code, name, dossiers, earliest in session.execute(statement)
    ]


def next_due(session: Session, today: dt.date, most: int) -> list[int]:
    """The dossiers to be erased next, those that ended first first."""
    statement = select(Dossier.id).where(over(session, today))
    return list(session.execute(statement.order_by(Dossier.closed_on, Dossier.id).limit(most)).scalars())
