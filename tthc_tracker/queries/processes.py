"""Electronic processes as they are run: the one in force, its steps, and where each step is held."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import Select, bindparam, exists, select
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.permissions import Role
from tthc_tracker.domain.processes import Spot, StepHolder, StepStanding, Stop
from tthc_tracker.domain.timelimit import TimeLimit
from tthc_tracker.models.account import Membership, User
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.procedure import Procedure, ProcedureLimit
from tthc_tracker.models.process import Process, ProcessStep, StepRun
from tthc_tracker.queries.procedures import by_code
from tthc_tracker.queries.revisions import Remembered


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a process. agency_id: of another agency than whichever resolves (None)."""

    id: int
    process_id: int
    position: int
    name: str
    holder: StepHolder
    agency_id: int | None
    unit_code: str
    limit: TimeLimit
    signature: bool


@dataclass(frozen=True, slots=True)
class Version:
    """A process in one version, its steps in their order."""

    id: int
    procedure_id: int
    case_code: str
    number: int
    valid_from: dt.date
    steps: tuple[Step, ...]


_versions: Remembered[dict[int, Version]] = Remembered("processes")
_by_case: Remembered[dict[tuple[int, str], tuple[Version, ...]]] = Remembered("processes")


def _all(session: Session) -> dict[int, Version]:
    """Every version of every process; in memory until one is added."""

    def read() -> dict[int, Version]:
        rows = session.execute(
            select(Process, ProcessStep)
            .join(ProcessStep, ProcessStep.process_id == Process.id)
            .order_by(Process.procedure_id, Process.case_code, Process.number, ProcessStep.position)
        ).all()
        return {
            process.id: _version(process, [step for _, step in pairs])
            for process, pairs in groupby(rows, key=lambda row: row[0])
        }

    return _versions.get(session, "all", read)


def _version(process: Process, rows: Iterable[ProcessStep]) -> Version:
    steps = tuple(
        Step(
            row.id, process.id, row.position, row.name, row.holder, row.agency_id, row.unit_code,
            TimeLimit(row.amount, row.unit), row.signature,
        )
        for row in rows
    )  # fmt: skip
    return Version(
        process.id, process.procedure_id, process.case_code, process.number, process.valid_from, steps
    )


def versions_of(session: Session, procedure_id: int, case_code: str) -> tuple[Version, ...]:
    """The process of a case in all its versions, the first one first."""

    def read() -> dict[tuple[int, str], tuple[Version, ...]]:
        grouped = groupby(_all(session).values(), key=lambda one: (one.procedure_id, one.case_code))
        return {key: tuple(versions) for key, versions in grouped}

    return _by_case.get(session, "by case", read).get((procedure_id, case_code), ())


def in_force(session: Session, procedure_id: int, case_code: str, day: dt.date) -> Version | None:
    """The process by which a dossier of this case begins on a day: the latest version whose day has come.

    A case without a process of its own goes by that of the procedure.
    """
    for case in dict.fromkeys((case_code, "")):
        begun = [one for one in versions_of(session, procedure_id, case) if one.valid_from <= day]
        if begun:
            return begun[-1]
    return None


def of_step(session: Session, process_id: int) -> Version:
    """The process that a step belongs to."""
    return _all(session)[process_id]


def stops(session: Session, steps: Sequence[Step], receiving_id: int, resolving_id: int) -> tuple[Stop, ...]:
    """Where a dossier of these agencies runs each step; an agency without the unit has no spot for it."""
    wanted = {(step.agency_id or resolving_id, step.unit_code) for step in steps if step.unit_code}
    units = _units(session, wanted) if wanted else {}
    found = []
    for step in steps:
        agency = step.agency_id or resolving_id
        if step.holder is StepHolder.DESK:
            spot: Spot | None = Spot(receiving_id, at_desk=True)
        elif not step.unit_code:
            spot = Spot(agency)
        else:
            unit = units.get((agency, step.unit_code))
            spot = Spot(agency, unit) if unit else None
        found.append(Stop(step.position, spot))
    return tuple(found)


def _units(session: Session, wanted: set[tuple[int, str]]) -> dict[tuple[int, str], int]:
    statement = select(Unit.agency_id, Unit.code, Unit.id).where(
        Unit.agency_id.in_(sorted({agency for agency, _ in wanted})),
        Unit.code.in_(sorted({code for _, code in wanted})),
        Unit.active,
    )
    return {(agency, code): unit for agency, code, unit in session.execute(statement)}


COLUMNS = (
    "procedure", "case", "step", "name", "holder", "unit", "agency", "amount", "limit_unit", "signature",
)  # fmt: skip
"""The columns of a file of processes, as `flask catalogue load processes` reads them again."""


def export_rows(session: Session) -> Iterator[tuple[object, ...]]:
    """The latest version of every process, a row a step, as a file of processes has them."""
    codes = dict(session.execute(select(Procedure.id, Procedure.code)).all())
    agencies = dict(session.execute(select(Agency.id, Agency.code)).all())
    latest = {(one.procedure_id, one.case_code): one for one in _all(session).values()}
    for (procedure_id, case), version in sorted(
        latest.items(), key=lambda item: (codes[item[0][0]], item[0][1])
    ):
        for step in version.steps:
            yield (
                codes[procedure_id], case, step.position, step.name, step.holder.value, step.unit_code,
                agencies[step.agency_id] if step.agency_id else "", f"{step.limit.amount.normalize():f}",
                step.limit.unit.value, "1" if step.signature else "",
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaseProcess:
    """A case of a procedure with its process and the limit in force; `versions` the newest first."""

    code: str
    name: str
    limits: tuple[TimeLimit, ...]
    versions: tuple[Version, ...]

    @property
    def latest(self) -> Version | None:
        """The latest version."""
        return self.versions[0] if self.versions else None


@dataclass(frozen=True, slots=True)
class ProcessPage:
    """All processes of a procedure, by its cases in the version of a day; agencies: names by id."""

    procedure_code: str
    name: str
    cases: tuple[CaseProcess, ...]
    agencies: dict[int, tuple[str, str]]


def process_page(session: Session, code: str, day: dt.date) -> ProcessPage | None:
    """The processes of a procedure; None when there is none of this code in force."""
    choice = by_code(session, code, day)
    if choice is None:
        return None
    limits: dict[str, list[TimeLimit]] = {"": []}
    names = {"": ""}
    rows = session.execute(
        select(
            ProcedureLimit.case_code, ProcedureLimit.case_name, ProcedureLimit.promised_amount,
            ProcedureLimit.unit,
        )
        .where(ProcedureLimit.version_id == choice.version_id)
        .order_by(ProcedureLimit.id)
    )  # fmt: skip
    for case, name, amount, unit in rows:
        limits.setdefault(case, []).append(TimeLimit(amount, unit))
        names.setdefault(case, name)
    cases = tuple(
        CaseProcess(
            case, names[case], tuple(dict.fromkeys(limits[case])),
            tuple(reversed(versions_of(session, choice.procedure_id, case))),
        )
        for case in limits
    )  # fmt: skip
    agencies = {
        agency: (agency_code, name)
        for agency, agency_code, name in session.execute(select(Agency.id, Agency.code, Agency.name))
    }
    return ProcessPage(choice.code, choice.name, cases, agencies)


def leader_of(session: Session, agency_id: int) -> int | None:
    """The account of an agency's head, the longest in office; None where there is none."""
    statement = (
        select(User.id)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.agency_id == agency_id, Membership.role == Role.HEAD_OF_AGENCY, User.active)
        .order_by(User.id)
        .limit(1)
    )
    return session.execute(statement).scalar_one_or_none()


def standing(session: Session, dossier_id: int) -> StepStanding:
    """Whether a step follows the one that runs, and whether one goes before it; one query."""
    found = session.execute(_standing(), {"dossier_id": dossier_id}).one_or_none()
    return StepStanding() if found is None else StepStanding(*map(bool, found))


@cache
def _standing() -> Select[*tuple[Any, ...]]:
    here, other = aliased(ProcessStep), aliased(ProcessStep)
    same = other.process_id == here.process_id
    return (
        select(
            exists().where(same, other.position > here.position),
            exists().where(same, other.position < here.position),
        )
        .select_from(StepRun)
        .join(here, here.id == StepRun.step_id)
        .where(StepRun.dossier_id == bindparam("dossier_id"), StepRun.closed_at.is_(None))
    )
