"""The pauses of one dossier, and the rules by which they come about."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.deadlines import Pause as Counted
from tthc_tracker.domain.deadlines import PausePolicy
from tthc_tracker.domain.pausing import DEFAULTS, LONG, PauseReason, PauseRule
from tthc_tracker.models.account import User
from tthc_tracker.models.history import Pause
from tthc_tracker.models.pausing import PauseRule as RuleRow
from tthc_tracker.models.procedure import Procedure, ProcedureVersion


@dataclass(frozen=True)
class PauseView:
    """A pause as its dossier's page tells of it. by: who put it down, as he is called now."""

    reason: PauseReason
    policy: PausePolicy
    note: str
    basis: str
    started_at: dt.datetime
    ended_at: dt.datetime | None
    expires_at: dt.datetime | None
    asked_of: str
    last_day: bool
    asked_late: bool
    imported: bool
    by: str | None

    def is_long(self, now: dt.datetime) -> bool:
        """Whether it is still open after more than thirty days."""
        return self.ended_at is None and now - self.started_at > LONG

    def has_expired(self, now: dt.datetime) -> bool:
        """Whether its answer is overdue."""
        return self.ended_at is None and self.expires_at is not None and self.expires_at <= now


def open_on(session: Session, dossier_id: int) -> Pause | None:
    """The open pause of ours on a dossier; what a source says is paused over there is none of ours."""
    return session.execute(_open(), {"dossier_id": dossier_id}).scalar_one_or_none()


@cache
def _open() -> Select[Pause]:
    """The open pause of the dossier `dossier_id`."""
    its = Pause.dossier_id == bindparam("dossier_id")
    return select(Pause).where(its, Pause.ended_at.is_(None), Pause.imported.is_(False))


def of_dossier(session: Session, dossier_id: int) -> list[PauseView]:
    """All pauses of a dossier in their order, an open one last."""
    return [
        PauseView(PauseReason(reason), *rest)
        for reason, *rest in session.execute(_of_dossier(), {"dossier_id": dossier_id})
    ]


def counted(held: Iterable[PauseView]) -> tuple[Counted, ...]:
    """Those whose dates are known, as the engine takes them."""
    return tuple(Counted(one.started_at, one.ended_at, one.policy) for one in held if not one.imported)


@cache
def _of_dossier() -> Select[*tuple[Any, ...]]:
    """The pauses of the dossier `dossier_id`, as a PauseView has them."""
    pause = Pause
    return (
        select(
            pause.reason, pause.policy, pause.note, pause.basis, pause.started_at, pause.ended_at,
            pause.expires_at, pause.asked_of, pause.last_day, pause.asked_late, pause.imported,
            User.full_name,
        )
        .outerjoin(User, User.id == pause.actor_id)
        .where(pause.dossier_id == bindparam("dossier_id"))
        .order_by(pause.started_at, pause.id)
    )  # fmt: skip


# --- the catalogue


@dataclass(frozen=True)
class KnownRule:
    """A row of the catalogue. id and valid_from None: it is what holds while no row says otherwise."""

    rule: PauseRule
    id: int | None
    valid_from: dt.date | None
    procedure_code: str | None
    procedure: str | None
    in_force: bool


def rule_for(session: Session, procedure_id: int, reason: PauseReason, on: dt.date) -> PauseRule:
    """The rule in force on a day: the procedure's own, else that of all procedures, else the default."""
    rows = session.execute(_rules_of(), {"reason": reason, "procedure_id": procedure_id, "day": on}).scalars()
    own_first = max(rows, key=lambda row: (row.procedure_key, row.valid_from), default=None)
    return DEFAULTS[reason] if own_first is None else _rule(own_first)


@cache
def _rules_of() -> Select[RuleRow]:
    """The rows that have come into force for a reason, of one procedure or of all."""
    key = RuleRow.procedure_key
    return select(RuleRow).where(
        RuleRow.reason == bindparam("reason"),
        key.in_((0, bindparam("procedure_id"))),
        RuleRow.valid_from <= bindparam("day"),
    )


def _rule(row: RuleRow) -> PauseRule:
    return PauseRule(row.reason, row.policy, row.lasts_days, row.restart_within, row.basis)


def rules(session: Session, on: dt.date) -> list[KnownRule]:
    """The whole catalogue, reason by reason: a default that still holds, then the rows, the newest first."""
    statement = (
        select(RuleRow, Procedure.code, ProcedureVersion.name)
        .outerjoin(Procedure, Procedure.id == RuleRow.procedure_id)
        .outerjoin(
            ProcedureVersion,
            (ProcedureVersion.procedure_id == Procedure.id) & ProcedureVersion.valid_to.is_(None),
        )
        .order_by(RuleRow.procedure_key, RuleRow.valid_from.desc(), RuleRow.id)
    )
    known: dict[PauseReason, list[KnownRule]] = {reason: [] for reason in PauseReason}
    seen: set[tuple[PauseReason, int]] = set()
    for row, code, name in session.execute(statement):
        in_force = row.valid_from <= on and (row.reason, row.procedure_key) not in seen
        if in_force:
            seen.add((row.reason, row.procedure_key))
        known[row.reason].append(KnownRule(_rule(row), row.id, row.valid_from, code, name, in_force))
    for reason, rows in known.items():
        if (reason, 0) not in seen:
            rows.insert(0, KnownRule(DEFAULTS[reason], None, None, None, None, in_force=True))
    return [one for reason in PauseReason for one in known[reason]]


def rule_of_id(session: Session, rule_id: int) -> KnownRule | None:
    """One row of the catalogue, to be changed."""
    found = session.execute(
        select(RuleRow, Procedure.code)
        .outerjoin(Procedure, Procedure.id == RuleRow.procedure_id)
        .where(RuleRow.id == rule_id)
    ).one_or_none()
    if found is None:
        return None
    row, code = found
    return KnownRule(_rule(row), row.id, row.valid_from, code, None, in_force=False)
