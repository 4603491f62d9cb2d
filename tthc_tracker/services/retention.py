"""How long personal data is kept: rules with effect from a day, and the erasure of what they let go."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidInput, NotNow
from tthc_tracker.domain.retention import LONGEST_MONTHS, ErasureCause
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.personaldata import RetentionRule
from tthc_tracker.queries import retention
from tthc_tracker.services import audit, erasure
from tthc_tracker.services.acting import Person
from tthc_tracker.services.erasure import Erased
from tthc_tracker.services.events import Actor
from tthc_tracker.services.supplements import LONGEST_BASIS, words
from tthc_tracker.services.wholerules import may_set, procedure_named
from tthc_tracker.wording.personaldata import OF_ITSELF

BATCH = 200
LOOKED_AT_FOR = dt.timedelta(days=7)
ONLY_THE_WHOLE = "Thời hạn lưu dùng chung cho mọi cơ quan: chỉ quản trị viên toàn hệ thống được đặt."


@dataclass(frozen=True)
class SetRetention:
    """A term from a day on. procedure_code empty: for all procedures that have none of their own."""

    procedure_code: str
    months: int | None
    valid_from: dt.date | None
    basis: str = ""


def set_rule(session: Session, command: SetRetention, *, person: Person, now: dt.datetime) -> None:
    """Put a term into force from today or a later day; the same day's is replaced.

    Raises:
        InvalidInput: a field, by its name in the command; or not a person of all agencies.
    """
    if not may_set(session, person):
        raise InvalidInput("", ONLY_THE_WHOLE)
    procedure_id = procedure_named(session, command.procedure_code)
    if command.valid_from is None or command.valid_from < now.date():
        raise InvalidInput("valid_from", "Hãy chọn hôm nay hoặc một ngày sau.")
    if command.months is None or not 1 <= command.months <= LONGEST_MONTHS:
        raise InvalidInput("months", f"Số tháng từ 1 đến {LONGEST_MONTHS}.")
    basis = words("basis", command.basis, LONGEST_BASIS, missing="Hãy ghi căn cứ của thời hạn lưu.")
    key = procedure_id or retention.FOR_ALL
    of_that_day = select(RetentionRule).where(
        RetentionRule.procedure_key == key, RetentionRule.valid_from == command.valid_from
    )
    row = session.execute(of_that_day).scalar_one_or_none()
    if row is None:
        row = RetentionRule(procedure_id=procedure_id, procedure_key=key, valid_from=command.valid_from)
        session.add(row)
    row.months, row.basis = command.months, basis
    facts = {"procedure": command.procedure_code, "months": command.months, "day": str(command.valid_from)}
    audit.note(session, "retention_rule_set", actor_id=person.user_id, now=now, facts=facts)


@dataclass(frozen=True)
class DryRun:
    """What an erasure would take, and the mark of exactly that."""

    dossiers: int
    reports: int
    mark: str


def note_dry_run(session: Session, shown: DryRun, *, now: dt.datetime) -> None:
    """Note that somebody at the machine was shown what would be erased."""
    _note(session, retention.LOOKED_AT, shown, now)


def begin(session: Session, wanted: DryRun, *, now: dt.datetime) -> None:
    """Note that an erasure begins. What it takes was shown by a dry run before, within a week.

    Raises:
        NotNow: nobody was shown exactly this.
    """
    if not retention.looked_at(session, wanted.mark, now - LOOKED_AT_FOR):
        raise NotNow("no dry run of this")
    _note(session, "retention_begun", wanted, now)


def _note(session: Session, action: str, shown: DryRun, now: dt.datetime) -> None:
    audit.note(
        session, action, actor_id=None, now=now, object_type=retention.SHOWN, object_id=shown.mark,
        facts={"dossiers": shown.dossiers, "reports": shown.reports},
    )  # fmt: skip


def erase_next(session: Session, *, now: dt.datetime, on: dt.date | None = None) -> Erased:
    """Erase the next dossiers whose term is over, 200 at most: commit, and ask again until there are none.

    on: the day that a long run goes by, though midnight has passed. A run that ends half-way leaves nothing
    half done; the next one goes on where it stopped.
    """
    ids = retention.next_due(session, on or now.date(), BATCH)
    if not ids:
        return Erased()
    found = select(Dossier).where(Dossier.id.in_(ids)).order_by(Dossier.id).with_for_update(of=Dossier)
    held = session.execute(found.execution_options(populate_existing=True)).scalars().all()
    actor = Actor(None, OF_ITSELF)
    erased = erasure.erase_dossiers(session, held, ErasureCause.TERM, actor=actor, now=now)
    facts = {"dossiers": erased.dossiers, "papers": erased.papers, "lines": erased.lines}
    audit.note(session, "retention_applied", actor_id=None, now=now, facts=facts)
    return erased
