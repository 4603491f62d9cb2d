"""The papers a procedure asks for (thành phần hồ sơ), as files bring them."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.dossiercode import short_procedure_code
from tthc_tracker.models.procedure import Procedure, ProcedureComponent, ProcedureVersion
from tthc_tracker.services import audit
from tthc_tracker.services.revisions import raise_revision
from tthc_tracker.services.tablerows import Outcome, Row, Tally, read_table


@dataclass(frozen=True, slots=True)
class _Paper:
    name: str
    originals: int
    certified: int
    copies: int


def load_components(session: Session, text: str, *, actor_id: int | None, now: dt.datetime) -> Outcome:
    """Load `procedure,name,originals,certified,copies`: the papers of a procedure in the file's order.

    The papers of a procedure are replaced together, in its last version; a dossier keeps its own list.
    The outcome counts procedures.

    Raises:
        BadRows: nothing was loaded.
    """
    table = read_table(text, ("procedure", "name", "originals", "certified", "copies"))
    versions = _last_versions(session)
    wanted: dict[int, list[_Paper]] = defaultdict(list)
    for row in table.rows:
        version_id = _version(row, versions)
        wanted[version_id].append(_paper(row))
    table.refuse_if_bad()
    stored = _stored(session)
    tally = Tally()
    for version_id, papers in wanted.items():
        _put(session, version_id, papers, stored[version_id], tally)
    session.flush()
    outcome = tally.outcome()
    if outcome.did_something:
        raise_revision(session, "catalogue")
        facts = {"added": outcome.added, "changed": outcome.changed}
        audit.note(session, "components_loaded", actor_id=actor_id, now=now, facts=facts)
    return outcome


def _last_versions(session: Session) -> dict[str, int]:
    rows = session.execute(
        select(Procedure.code, ProcedureVersion.id)
        .join(ProcedureVersion, ProcedureVersion.procedure_id == Procedure.id)
        .order_by(ProcedureVersion.valid_from)
    )
    return {row.code: row.id for row in rows}


def _version(row: Row, versions: dict[str, int]) -> int:
    full = row.text("procedure", longest=40, required=True)
    code = short_procedure_code(full)
    if full and code not in versions:
        row.bad("procedure", f"không có thủ tục mã {full}; hãy nạp danh mục thủ tục trước.")
    return versions.get(code or "", 0)


def _paper(row: Row) -> _Paper:
    name = row.text("name", longest=500, required=True)
    counts = [row.number_of(column) or 0 for column in ("originals", "certified", "copies")]
    for column, count in zip(("originals", "certified", "copies"), counts, strict=True):
        if not 0 <= count <= 99:
            row.bad(column, "cần số từ 0 đến 99.")
    return _Paper(name, *counts)


def _stored(session: Session) -> dict[int, list[_Paper]]:
    stored: dict[int, list[_Paper]] = defaultdict(list)
    rows = session.execute(select(ProcedureComponent).order_by(ProcedureComponent.position)).scalars()
    for row in rows:
        stored[row.version_id].append(_Paper(row.name, row.originals, row.certified, row.copies))
    return stored


def _put(session: Session, version_id: int, papers: list[_Paper], stored: list[_Paper], tally: Tally) -> None:
    if papers == stored:
        tally.unchanged += 1
        return
    tally.added += not stored
    tally.changed += bool(stored)
    session.execute(delete(ProcedureComponent).where(ProcedureComponent.version_id == version_id))
    session.add_all(
        ProcedureComponent(
            version_id=version_id,
            position=position,
            name=paper.name,
            originals=paper.originals,
            certified=paper.certified,
            copies=paper.copies,
        )
        for position, paper in enumerate(papers, start=1)
    )
