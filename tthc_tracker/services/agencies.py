"""Agencies, their units and successions as files bring them, and the tree flattened for scope."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import delete, insert, select, tuple_
from sqlalchemy.orm import Session

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.folding import fold
from tthc_tracker.models.agency import Agency, AgencyScope, AgencySuccession, Unit
from tthc_tracker.services import audit
from tthc_tracker.services.revisions import raise_revision
from tthc_tracker.services.tablerows import Outcome, Row, Table, Tally, batches, read_table

CODE = re.compile(r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,39}\Z")
_HEIGHT = {Level.BO: 3, Level.TINH: 2, Level.HUYEN: 1, Level.XA: 0}
_AT_ONCE = 500
_STORED = select(AgencyScope.ancestor_id, AgencyScope.descendant_id)


def load_agencies(session: Session, text: str, *, actor_id: int | None, now: dt.datetime) -> Outcome:
    """Load `code,name,level,parent` and, where given, `active_from,active_to,address,phone`.

    A row known by its code is changed where it differs; an agency missing from the file stays.

    Raises:
        BadRows: nothing was loaded.
    """
    table = read_table(text, ("code", "name", "level", "parent"))
    table.once("code", lambda row: row.cells["code"].strip())
    wanted = {code_of(row, "code"): _agency_values(row) for row in table.rows}
    known = {agency.code: agency for agency in session.execute(select(Agency).order_by(Agency.id)).scalars()}
    parents = {row.cells["code"].strip(): row.cells["parent"].strip() for row in table.rows}
    _check_parents(table, parents, known)
    table.refuse_if_bad()
    new = {code: Agency(code=code, **values) for code, values in wanted.items() if code not in known}
    session.add_all(new.values())
    session.flush()
    every = known | new
    tally = Tally()
    for code, values in wanted.items():
        parent = every[parents[code]].id if parents[code] else None
        _put(every[code], values | {"parent_id": parent}, tally, is_new=code in new)
    session.flush()
    return _finish(session, "agencies_loaded", tally.outcome(), actor_id=actor_id, now=now)


def code_of(row: Row, column: str) -> str:
    """A code of an agency or unit, as written."""
    code = row.text(column, longest=40, required=True)
    if code and not CODE.match(code):
        row.bad(column, f"«{code}» không phải mã; chỉ dùng chữ không dấu, chữ số, dấu chấm và gạch.")
    return code


def _agency_values(row: Row) -> dict[str, Any]:
    name = row.text("name", longest=200, required=True)
    level = row.choice("level", Level)
    if level is None and not row.cells["level"].strip():
        row.bad("level", f"còn trống; hãy dùng một trong: {', '.join(Level)}.")
    values: dict[str, Any] = {"name": name, "name_folded": fold(name), "level": level}
    values |= {column: row.date(column) for column in ("active_from", "active_to") if row.has(column)}
    for column, longest in (("address", 300), ("phone", 40)):
        if row.has(column):
            values[column] = row.text(column, longest=longest) or None
    first, last = values.get("active_from"), values.get("active_to")
    if first and last and last < first:
        row.bad("active_to", "trước ngày bắt đầu hoạt động.")
    return values


def _check_parents(table: Table, parents: dict[str, str], known: dict[str, Agency]) -> None:
    code_by_id = {agency.id: code for code, agency in known.items()}
    above = {code: code_by_id.get(agency.parent_id or 0, "") for code, agency in known.items()} | parents
    for row in table.rows:
        code, parent = row.cells["code"].strip(), row.cells["parent"].strip()
        if parent and parent not in above:
            row.bad("parent", f"không có cơ quan mã {parent} trong tệp hoặc trong danh mục.")
        elif code in _chain(above, parent):
            row.bad("parent", f"cơ quan {code} thành cấp trên của chính nó.")


def _chain(above: dict[str, str], code: str) -> list[str]:
    chain: list[str] = []
    while code and code not in chain:
        chain.append(code)
        code = above.get(code, "")
    return chain


def _put(row: Agency | Unit, values: dict[str, Any], tally: Tally, *, is_new: bool) -> None:
    """Give a row its values; its version rises only when one of them is another."""
    differs = [name for name, value in values.items() if getattr(row, name) != value]
    for name in differs:
        setattr(row, name, values[name])
    if is_new:
        tally.added += 1
    elif differs:
        row.version += 1
        tally.changed += 1
    else:
        tally.unchanged += 1


def _finish(
    session: Session, action: str, outcome: Outcome, *, actor_id: int | None, now: dt.datetime
) -> Outcome:
    if outcome.did_something:
        note_change(session)
        audit.note(
            session,
            action,
            actor_id=actor_id,
            now=now,
            facts={"added": outcome.added, "changed": outcome.changed},
        )
    return outcome


def note_change(session: Session) -> None:
    """After any change of agencies, units or successions: rebuild the scope, let every process read again."""
    rebuild_scope(session)
    raise_revision(session, "agencies")
    raise_revision(session, "calendar")  # an agency inherits the hours of those above it


def load_units(session: Session, text: str, *, actor_id: int | None, now: dt.datetime) -> Outcome:
    """Load `agency,code,name` and, where given, `active` (1 or 0): the units inside agencies.

    Raises:
        BadRows: nothing was loaded.
    """
    table = read_table(text, ("agency", "code", "name"))
    table.once("code", lambda row: (row.cells["agency"].strip(), row.cells["code"].strip()))
    agencies = agency_ids(session)
    wanted = {
        key: values
        for row in table.rows
        if (key := _unit_key(row, agencies))
        for values in [_unit_values(row)]
    }
    table.refuse_if_bad()
    known = {
        (unit.agency_id, unit.code): unit
        for unit in session.execute(select(Unit).order_by(Unit.id)).scalars()
    }
    tally = Tally()
    for (agency_id, code), values in wanted.items():
        unit = known.get((agency_id, code)) or Unit(agency_id=agency_id, code=code)
        _put(unit, values, tally, is_new=(agency_id, code) not in known)
        session.add(unit)
    session.flush()
    return _finish(session, "units_loaded", tally.outcome(), actor_id=actor_id, now=now)


def agency_ids(session: Session) -> dict[str, int]:
    """Every agency's id by its code."""
    return {row.code: row.id for row in session.execute(select(Agency.code, Agency.id))}


def _unit_key(row: Row, agencies: dict[str, int]) -> tuple[int, str] | None:
    agency, code = known_agency(row, "agency", agencies), code_of(row, "code")
    return (agency, code) if agency else None


def known_agency(row: Row, column: str, agencies: dict[str, int]) -> int | None:
    """The id of the agency a cell names."""
    code = row.text(column, longest=40, required=True)
    if code and code not in agencies:
        row.bad(column, f"không có cơ quan mã {code}; hãy nạp danh mục cơ quan trước.")
    return agencies.get(code)


def _unit_values(row: Row) -> dict[str, Any]:
    values: dict[str, Any] = {"name": row.text("name", longest=200, required=True)}
    if row.has("active"):
        values["active"] = row.text("active", longest=1) != "0"
    return values


def load_successions(session: Session, text: str, *, actor_id: int | None, now: dt.datetime) -> Outcome:
    """Load `predecessor,successor,on` and, where given, `decision`: who took over from whom.

    Raises:
        BadRows: nothing was loaded.
    """
    table = read_table(text, ("predecessor", "successor", "on"))
    table.once("successor", lambda row: (row.cells["predecessor"].strip(), row.cells["successor"].strip()))
    agencies = agency_ids(session)
    wanted = [_succession(row, agencies) for row in table.rows]
    table.refuse_if_bad()
    known = {
        (row.predecessor_id, row.successor_id): row
        for row in session.execute(select(AgencySuccession)).scalars()
    }
    tally = Tally()
    for values in wanted:
        row = known.get((values["predecessor_id"], values["successor_id"]))
        if row is None:
            session.add(AgencySuccession(**values))
            tally.added += 1
        elif (row.on, row.decision) != (values["on"], values["decision"]):
            row.on, row.decision = values["on"], values["decision"]
            tally.changed += 1
        else:
            tally.unchanged += 1
    session.flush()
    return _finish(session, "successions_loaded", tally.outcome(), actor_id=actor_id, now=now)


def _succession(row: Row, agencies: dict[str, int]) -> dict[str, Any]:
    predecessor, successor = (
        known_agency(row, "predecessor", agencies),
        known_agency(row, "successor", agencies),
    )
    if predecessor and predecessor == successor:
        row.bad("successor", "cơ quan không thể kế thừa chính nó.")
    on = row.date("on")
    if on is None and not row.cells["on"].strip():
        row.bad("on", "còn trống; cần ngày chuyển giao.")
    return {
        "predecessor_id": predecessor,
        "successor_id": successor,
        "on": on,
        "decision": row.text("decision", longest=200) or None,
    }


def rebuild_scope(session: Session) -> None:
    """Write agency_scope anew from parents and successions; only the pairs that differ are touched."""
    wanted = set(_pairs(session))
    stored = {(row.ancestor_id, row.descendant_id) for row in session.execute(_STORED)}
    pair = tuple_(AgencyScope.ancestor_id, AgencyScope.descendant_id)
    for gone in batches(sorted(stored - wanted), _AT_ONCE):
        session.execute(delete(AgencyScope).where(pair.in_(gone)))
    for new in batches(sorted(wanted - stored), _AT_ONCE):
        session.execute(insert(AgencyScope), [{"ancestor_id": a, "descendant_id": d} for a, d in new])


def _pairs(session: Session) -> Iterator[tuple[int, int]]:
    """(ancestor, descendant): oneself, all below, and the predecessors of each, which count as children.

    A predecessor of a higher level counts alone: a commune that took over work of its former district sees
    that district's dossiers, and none of the district's other communes.
    """
    heights: dict[int, int] = {}
    below: dict[int, set[int]] = defaultdict(set)
    alone: dict[int, set[int]] = defaultdict(set)
    for agency_id, parent_id, level in session.execute(select(Agency.id, Agency.parent_id, Agency.level)):
        heights[agency_id] = _HEIGHT[level]
        if parent_id is not None:
            below[parent_id].add(agency_id)
    for row in session.execute(select(AgencySuccession)).scalars():
        higher = heights[row.predecessor_id] > heights[row.successor_id]
        (alone if higher else below)[row.successor_id].add(row.predecessor_id)
    for agency_id in heights:
        seen: set[int] = set()
        waiting = [agency_id]
        while waiting:
            current = waiting.pop()
            if current not in seen:
                seen.add(current)
                waiting.extend(below[current])
        for descendant in seen | {one for member in seen for one in alone[member]}:
            yield agency_id, descendant
