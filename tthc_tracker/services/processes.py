"""Electronic processes: each change is a new version; dossiers that run keep the one they began with."""

import datetime as dt
import re
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.dossiercode import short_procedure_code
from tthc_tracker.domain.errors import InvalidInput, InvalidLimit, NotAllowed, NotFound, StaleVersion
from tthc_tracker.domain.permissions import PERMISSIONS_OF, Permission
from tthc_tracker.domain.processes import MOST_STEPS, StepHolder
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.procedure import Procedure, ProcedureLimit, ProcedureVersion
from tthc_tracker.models.process import Process, ProcessStep
from tthc_tracker.queries import processes
from tthc_tracker.queries.accounts import Identity
from tthc_tracker.queries.processes import Version
from tthc_tracker.queries.scoping import scope_of
from tthc_tracker.services import audit
from tthc_tracker.services.procedures import BEGINNING
from tthc_tracker.services.revisions import raise_revision
from tthc_tracker.services.tablerows import Outcome, Row, Tally, read_table

UNIT_CODE = re.compile(r"\A[A-Za-z0-9.\-]{0,40}\Z")
_TOO_MUCH = 10**6  # the column holds six digits before the point


@dataclass(frozen=True, slots=True)
class NewStep:
    """A step as a form or a file gives it.

    agency_id: another agency than whichever resolves, 0 for one that is not in the catalogue.
    """

    name: str
    holder: StepHolder
    agency_id: int | None
    unit_code: str
    limit: TimeLimit
    signature: bool


@dataclass(frozen=True)
class SaveProcess:
    """The steps of a case from now on. number: of the version that the form showed, 0 for none."""

    procedure_code: str
    case_code: str
    number: int
    steps: tuple[NewStep, ...]


def may_manage(session: Session, actor: Identity) -> bool:
    """Whether somebody administers every agency there is: a process is that of each which resolves by it."""
    held = [m.agency_id for m in actor.memberships if Permission.MANAGE_CATALOGUE in PERMISSIONS_OF[m.role]]
    return scope_of(session, held).all


def save(session: Session, command: SaveProcess, *, actor: Identity, now: dt.datetime) -> int:
    """Make the next version; gives its number. The same steps again make none.

    Raises:
        NotAllowed: not an administrator of all agencies.
        NotFound: no such procedure or case. StaleVersion: somebody made another version meanwhile.
        InvalidInput: no steps, too many, or the desk among the later ones (field `steps`).
    """
    if not may_manage(session, actor):
        raise NotAllowed
    procedure = session.execute(
        select(Procedure).where(Procedure.code == command.procedure_code)
    ).scalar_one_or_none()
    if procedure is None or command.case_code not in cases_of(session, procedure.id):
        raise NotFound(command.procedure_code)
    if problem := fault_of(command.steps):
        raise InvalidInput("steps", problem)
    versions = processes.versions_of(session, procedure.id, command.case_code)
    if command.number != (versions[-1].number if versions else 0):
        raise StaleVersion
    if versions and _content(versions[-1]) == command.steps:
        return versions[-1].number
    since = now.date() if versions else BEGINNING
    number = _add(
        session, procedure.id, command.case_code, command.steps, versions, since, actor.user_id, now
    )
    raise_revision(session, "processes")
    facts = {"case": command.case_code, "number": number, "steps": len(command.steps)}
    audit.note(
        session, "process_saved", actor_id=actor.user_id, now=now, object_type="procedure",
        object_id=procedure.code, facts=facts,
    )  # fmt: skip
    return number


def fault_of(steps: tuple[NewStep, ...]) -> str:
    """What is wrong with steps as a whole, in words; empty if nothing."""
    if not steps:
        return "Quy trình cần ít nhất một bước."
    if len(steps) > MOST_STEPS:
        return f"Quy trình có nhiều nhất {MOST_STEPS} bước."
    if any(step.agency_id == 0 for step in steps):
        return "Có bước ghi mã cơ quan không có trong danh mục. Hãy xem lại ô “Mã cơ quan khác”."
    if any(step.holder is StepHolder.DESK for step in steps[1:]):
        return "Một cửa chỉ giữ bước đầu: hồ sơ xong khi kết quả về một cửa, nên không có bước trả kết quả."
    return ""


def cases_of(session: Session, procedure_id: int) -> dict[str, str]:
    """The cases of a procedure in all its versions by their codes; "" is the procedure without a case."""
    statement = (
        select(ProcedureLimit.case_code, ProcedureLimit.case_name)
        .join(ProcedureVersion, ProcedureVersion.id == ProcedureLimit.version_id)
        .where(ProcedureVersion.procedure_id == procedure_id)
        .order_by(ProcedureVersion.valid_from, ProcedureLimit.id)
    )
    return {"": ""} | {code: name for code, name in session.execute(statement) if code}


def _content(version: Version) -> tuple[NewStep, ...]:
    return tuple(
        NewStep(step.name, step.holder, step.agency_id, step.unit_code, step.limit, step.signature)
        for step in version.steps
    )


def _add(
    session: Session,
    procedure_id: int,
    case_code: str,
    steps: tuple[NewStep, ...],
    versions: tuple[Version, ...],
    since: dt.date,
    actor_id: int | None,
    now: dt.datetime,
) -> int:
    number = versions[-1].number + 1 if versions else 1
    process = Process(
        procedure_id=procedure_id, case_code=case_code, number=number, valid_from=since, made_at=now,
        made_by_id=actor_id,
    )  # fmt: skip
    session.add(process)
    session.flush()
    session.add_all(
        ProcessStep(
            process_id=process.id, position=position, name=step.name, holder=step.holder,
            agency_id=step.agency_id, unit_code=step.unit_code, amount=step.limit.amount,
            unit=step.limit.unit, signature=step.signature,
        )
        for position, step in enumerate(steps, start=1)
    )  # fmt: skip
    session.flush()
    return number


# --- files


def load_processes(session: Session, text: str, *, actor_id: int | None, now: dt.datetime) -> Outcome:
    """Load `procedure,case,step,name,holder,unit,agency,amount,limit_unit,signature`, a row a step.

    The rows of a procedure and case stand together; `step` counts from 1. holder: desk, unit or leader;
    unit: a code, of the agency that resolves or of `agency` (another one, by its code); signature: `1`. Steps
    that differ from the latest version make the next one, from today on; the outcome counts processes.

    Raises:
        BadRows: nothing was loaded.
    """
    table = read_table(text, ("procedure", "step", "name", "holder", "amount", "limit_unit"))
    reader = _Reader(session)
    wanted: dict[tuple[int, str], list[tuple[Row, NewStep]]] = defaultdict(list)
    for row in table.rows:
        reader.read(row, wanted)
    table.refuse_if_bad()
    for rows in wanted.values():
        if problem := fault_of(tuple(step for _, step in rows)):
            rows[-1][0].bad("step", problem)
    table.refuse_if_bad()
    tally = Tally()
    for (procedure_id, case), rows in wanted.items():
        _put(session, procedure_id, case, tuple(step for _, step in rows), tally, actor_id, now)
    outcome = tally.outcome()
    if outcome.did_something:
        raise_revision(session, "processes")
        facts = {"added": outcome.added, "changed": outcome.changed}
        audit.note(session, "processes_loaded", actor_id=actor_id, now=now, facts=facts)
    return outcome


def _put(
    session: Session,
    procedure_id: int,
    case: str,
    steps: tuple[NewStep, ...],
    tally: Tally,
    actor_id: int | None,
    now: dt.datetime,
) -> None:
    versions = processes.versions_of(session, procedure_id, case)
    if versions and _content(versions[-1]) == steps:
        tally.unchanged += 1
        return
    since = now.date() if versions else BEGINNING
    _add(session, procedure_id, case, steps, versions, since, actor_id, now)
    tally.changed += bool(versions)
    tally.added += not versions


class _Reader:
    """Reads the rows of a file against what the catalogue knows."""

    def __init__(self, session: Session) -> None:
        rows = session.execute(select(Procedure.code, Procedure.id))
        self._procedures = dict(rows.all())
        self._agencies = agency_ids(session)
        self._cases = defaultdict[int, set[str]](lambda: {""})
        cases = select(ProcedureVersion.procedure_id, ProcedureLimit.case_code).join(
            ProcedureVersion, ProcedureVersion.id == ProcedureLimit.version_id
        )
        for procedure_id, case in session.execute(cases):
            self._cases[procedure_id].add(case)

    def read(self, row: Row, wanted: dict[tuple[int, str], list[tuple[Row, NewStep]]]) -> None:
        """Add a row's step to its process, or note what is wrong with it."""
        full = row.text("procedure", longest=40, required=True)
        procedure_id = self._procedures.get(short_procedure_code(full) or "", 0)
        if full and not procedure_id:
            row.bad("procedure", f"không có thủ tục mã {full}; hãy nạp danh mục thủ tục trước.")
        case = row.text("case", longest=40)
        if procedure_id and case not in self._cases[procedure_id]:
            row.bad("case", f"thủ tục này không có trường hợp mã «{case}».")
        rows = wanted[procedure_id, case]
        if procedure_id and row.number_of("step") != len(rows) + 1:
            row.bad("step", f"cần là {len(rows) + 1}: các bước đánh số từ 1, liền nhau, đúng thứ tự.")
        step = self._step(row)
        if step is not None:
            rows.append((row, step))

    def _step(self, row: Row) -> NewStep | None:
        before = len(row.faults)
        name = row.text("name", longest=200, required=True)
        holder = row.choice("holder", StepHolder)
        if holder is None and not row.cells["holder"].strip():
            row.bad("holder", "còn trống; hãy ghi desk, unit hoặc leader.")
        unit, agency = row.text("unit", longest=40), row.text("agency", longest=40)
        if not UNIT_CODE.match(unit):
            row.bad("unit", "mã đơn vị chỉ gồm chữ không dấu, chữ số, dấu chấm và gạch.")
        if agency and agency not in self._agencies:
            row.bad("agency", f"không có cơ quan mã {agency}.")
        limit, signature = _limit(row), row.flag("signature")
        if len(row.faults) > before or holder is None or limit is None:
            return None
        return NewStep(name, holder, self._agencies.get(agency), unit, limit, signature)


def _limit(row: Row) -> TimeLimit | None:
    amount, unit = row.amount("amount"), row.choice("limit_unit", LimitUnit)
    for column in ("amount", "limit_unit"):
        if not row.cells[column].strip():
            row.bad(column, "còn trống; mỗi bước cần thời hạn.")
    if amount is None or unit is None:
        return None
    limit = limit_of(amount, unit)
    if limit is None:
        row.bad("amount", f"«{amount}» không dùng được với đơn vị {unit}.")
    return limit


def agency_ids(session: Session) -> dict[str, int]:
    """Every agency by its code."""
    return dict(session.execute(select(Agency.code, Agency.id)).all())


def limit_of(amount: Decimal, unit: LimitUnit) -> TimeLimit | None:
    """The limit of a step, or None where it makes none."""
    try:
        return TimeLimit(amount, unit) if amount < _TOO_MUCH else None
    except InvalidLimit:
        return None
