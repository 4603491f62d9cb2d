"""Procedures and sectors that a file brings: taken up as they are, unconfirmed, once whoever brings them.

Two files may bring the same new procedure at the same moment. Each is inserted unless it is there and read
back: the later writer waits for the earlier one and goes on with what that one made. Always in the order of
their codes, sectors first, so that no two writers wait for each other.
"""

import hashlib
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tthc_tracker.domain.exchangerow import ExchangeRow
from tthc_tracker.domain.folding import fold
from tthc_tracker.models.base import Base
from tthc_tracker.models.procedure import Procedure, ProcedureVersion, Sector
from tthc_tracker.services.importjudging import (
    UNNAMED,
    Judged,
    ProcedureFacts,
    Register,
    current_procedures,
    folded_sector,
)
from tthc_tracker.services.procedures import BEGINNING


def take_up(session: Session, register: Register, items: Sequence[Judged]) -> None:
    """Make sure that the register knows the procedures and sectors of new rows; most files bring none."""
    new = {
        item.procedure: item.row
        for item in reversed(items)  # the first row of a procedure names it
        if item.procedure not in register.procedures
    }
    if not new:
        return
    _take_up_sectors(session, register, [row for _, row in sorted(new.items())])
    procedures = [{"code": short, "confirmed": False} for short in sorted(new)]
    _insert_missing(session, Procedure, procedures, ["code"])
    found = select(Procedure.code, Procedure.id).where(Procedure.code.in_(new)).order_by(Procedure.code)
    versions = [
        _version(register, new[short], short, procedure_id) for short, procedure_id in session.execute(found)
    ]
    _insert_missing(session, ProcedureVersion, versions, ["procedure_id", "valid_from"])
    current = current_procedures().where(Procedure.code.in_(new))
    register.procedures |= {code: ProcedureFacts(*ids) for code, *ids in session.execute(current)}


def _version(register: Register, row: ExchangeRow, short: str, procedure_id: int) -> dict[str, Any]:
    name = row.procedure_name or short
    return {
        "procedure_id": procedure_id, "full_code": row.procedure_code, "name": name,
        "search_text": f"{short} {fold(name)}"[:600], "sector_id": register.sectors[folded_sector(row)],
        "levels": "", "valid_from": BEGINNING,  # its dossiers may be old
    }  # fmt: skip


def _take_up_sectors(session: Session, register: Register, rows: Sequence[ExchangeRow]) -> None:
    new = {key: row for row in rows if (key := folded_sector(row)) not in register.sectors}
    missing = sorted(new.keys() - _known_sectors(session, register, new), key=sector_code)
    sectors = [
        {"code": sector_code(key), "name": new[key].sector_name or UNNAMED, "name_folded": key}
        for key in missing
    ]
    _insert_missing(session, Sector, sectors, ["code"])
    _known_sectors(session, register, missing)


def _known_sectors(session: Session, register: Register, keys: Collection[str]) -> set[str]:
    """Which of these there are by now; the register knows them from now on, of two of one name the older."""
    statement = select(Sector.name_folded, Sector.id).where(Sector.name_folded.in_(keys))
    found = dict(session.execute(statement.order_by(Sector.id.desc())).all())
    register.sectors |= found
    return set(found)


def sector_code(folded: str) -> str:
    """Ours for a sector that only its name tells apart: the same for whoever brings it."""
    return f"ngoai-{hashlib.sha256(folded.encode()).hexdigest()[:12]}"


def _insert_missing(
    session: Session, model: type[Base], rows: Sequence[dict[str, Any]], unique: Sequence[str]
) -> None:
    if not rows:
        return
    session.flush()
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(model).on_conflict_do_nothing(index_elements=unique), rows)
