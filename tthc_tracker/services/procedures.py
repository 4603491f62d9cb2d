"""Procedures and the papers they ask for, as files bring them. What has changed makes a new version."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.deadlines import Rounding
from tthc_tracker.domain.dossiercode import short_procedure_code
from tthc_tracker.domain.errors import InvalidLimit
from tthc_tracker.domain.folding import fold
from tthc_tracker.domain.lifecycle import Channel
from tthc_tracker.domain.procedures import ServiceLevel
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.procedure import (
    Procedure,
    ProcedureComponent,
    ProcedureLimit,
    ProcedureVersion,
    Sector,
)
from tthc_tracker.services import audit
from tthc_tracker.services.revisions import raise_revision
from tthc_tracker.services.tablerows import Outcome, Row, Tally, read_table

# The first version of a procedure holds for old dossiers as well.
BEGINNING = dt.date(2000, 1, 1)
_DAY = dt.timedelta(days=1)
_TOO_MUCH = 10**6  # the column holds six digits before the point


@dataclass(frozen=True, slots=True)
class _Limit:
    case_code: str
    case_name: str
    channel: str
    promised: Decimal
    legal: Decimal | None
    unit: LimitUnit


def _in_order(limits: Iterable[_Limit]) -> tuple[_Limit, ...]:
    return tuple(sorted(limits, key=lambda limit: (limit.case_code, limit.channel)))


@dataclass(frozen=True, slots=True)
class _Content:
    """What makes one version differ from another."""

    name: str
    sector: str
    levels: str
    service_level: str
    rounding: str | None
    same_day: bool
    limits: tuple[_Limit, ...]


@dataclass(slots=True)
class _Wanted:
    row: Row
    code: str
    full_code: str
    valid_from: dt.date | None
    content: _Content


def load_procedures(session: Session, text: str, *, actor_id: int | None, now: dt.datetime) -> Outcome:
    """Load `code,name,sector,levels,amount,unit`; levels separated by `;`, unit as in domain.timelimit.

    Also, where given: `case,case_name` (several rows of one procedure), `channels` (separated by `;`,
    empty: all), `legal_amount`, `service_level`, `rounding`, `same_day` (`1`: the result is given on the
    spot), `valid_from`. A first version holds from 2000
    on, one that differs from the last from `valid_from` or from today; a missing procedure stays as it is,
    and so does what the file has no column for.

    Raises:
        BadRows: nothing was loaded.
    """
    table = read_table(text, ("code", "name", "sector", "levels", "amount", "unit"))
    wanted = _merge([_read(row) for row in table.rows])
    table.refuse_if_bad()
    store = _Store(session, now.date())
    tally = Tally()
    for item in sorted(wanted, key=lambda one: one.valid_from or now.date()):
        store.put(item, tally)
    table.refuse_if_bad()
    session.flush()
    return _finish(session, "procedures_loaded", tally.outcome(), actor_id=actor_id, now=now)


def _read(row: Row) -> _Wanted:
    full = row.text("code", longest=40, required=True)
    code = short_procedure_code(full)
    if full and code is None:
        row.bad("code", f"«{full}» không phải mã thủ tục (dạng 1.001193 hoặc 1.001193.000.00.00.H50).")
    service_level, rounding = row.choice("service_level", ServiceLevel), row.choice("rounding", Rounding)
    content = _Content(
        name=row.text("name", longest=500, required=True),
        sector=row.text("sector", longest=200, required=True),
        levels=";".join(row.several("levels", Level)),
        service_level=service_level or ServiceLevel.PARTIAL,
        rounding=rounding or None,
        same_day=row.flag("same_day"),
        limits=_limits(row),
    )
    return _Wanted(row, code or full, full, row.date("valid_from"), content)


def _limits(row: Row) -> tuple[_Limit, ...]:
    promised, legal, unit = row.amount("amount"), row.amount("legal_amount"), row.choice("unit", LimitUnit)
    for column in ("amount", "unit"):
        if not row.cells[column].strip():
            row.bad(column, "còn trống; thủ tục cần thời hạn giải quyết.")
    if promised is None or unit is None:
        return ()
    for column, amount in (("amount", promised), ("legal_amount", legal)):
        _check_limit(row, column, amount, unit)
    case, name = row.text("case", longest=40), row.text("case_name", longest=200)
    channels = [channel.value for channel in row.several("channels", Channel)] or [""]
    return tuple(_Limit(case, name, channel, promised, legal, unit) for channel in channels)


def _check_limit(row: Row, column: str, amount: Decimal | None, unit: LimitUnit) -> None:
    if amount is None:
        return
    try:
        TimeLimit(amount, unit)
    except InvalidLimit:
        row.bad(
            column,
            f"«{amount}» không dùng được với đơn vị {unit}: số từ 0, ngày lịch và tháng là số nguyên từ 1.",
        )
        return
    if amount >= _TOO_MUCH:
        row.bad(column, "lớn quá.")


def _merge(rows: Sequence[_Wanted]) -> list[_Wanted]:
    """Rows of one procedure and one day are the cases and channels of one version."""
    merged: dict[tuple[str, dt.date | None], _Wanted] = {}
    for item in rows:
        first = merged.setdefault((item.code, item.valid_from), item)
        if first is item:
            continue
        if replace(first.content, limits=()) != replace(item.content, limits=()):
            item.row.bad("code", f"khác dòng {first.row.number} của cùng thủ tục ở tên, lĩnh vực hoặc cấp.")
        taken = {(limit.case_code, limit.channel) for limit in first.content.limits}
        if any((limit.case_code, limit.channel) in taken for limit in item.content.limits):
            item.row.bad("code", f"lặp lại dòng {first.row.number} (cùng trường hợp và kênh).")
        limits = _in_order(first.content.limits + item.content.limits)
        first.content = replace(first.content, limits=limits)
    return list(merged.values())


class _Store:
    """The stored catalogue while a file is loaded into it."""

    def __init__(self, session: Session, today: dt.date) -> None:
        self._session = session
        self._today = today
        sectors = session.execute(select(Sector).order_by(Sector.id.desc())).scalars().all()
        self._sectors = {sector.name_folded: sector for sector in sectors}
        self._folded = {sector.id: sector.name_folded for sector in sectors}
        self._procedures = {
            procedure.code: procedure for procedure in session.execute(select(Procedure)).scalars()
        }
        self._versions: dict[int, list[ProcedureVersion]] = defaultdict(list)
        for version in session.execute(
            select(ProcedureVersion).order_by(ProcedureVersion.valid_from)
        ).scalars():
            self._versions[version.procedure_id].append(version)
        self._limits: dict[int, list[_Limit]] = defaultdict(list)
        for limit in session.execute(select(ProcedureLimit)).scalars():
            self._limits[limit.version_id].append(_as_limit(limit))

    def put(self, item: _Wanted, tally: Tally) -> None:
        """Bring one procedure to what the file says of it."""
        procedure = self._procedures.get(item.code)
        if procedure is None:
            self._add_procedure(item)
            tally.added += 1
            return
        self._confirm(procedure)
        versions = self._versions[procedure.id]
        since = item.valid_from or self._today
        standing = [version for version in versions if item.valid_from is None or version.valid_from <= since]
        if standing:
            item.content = self._completed(item, standing[-1])
        if standing and self._content(standing[-1]) == self._comparable(item.content):
            tally.unchanged += 1
        elif standing and standing[-1].valid_from == since:
            self._rewrite(standing[-1], item, tally)
        elif versions and versions[-1].valid_from > since:
            later = versions[-1].valid_from.strftime("%d/%m/%Y")
            item.row.bad(
                "valid_from", f"thủ tục {item.code} đã có phiên bản từ {later}; ngày mới phải sau đó."
            )
        else:
            self._add_version(procedure, item, since, versions)
            tally.changed += 1

    def _completed(self, item: _Wanted, version: ProcedureVersion) -> _Content:
        """What the file says, and for columns it does not have what the standing version says."""
        content, row, before = item.content, item.row, self._content(version)
        if not row.has("service_level"):
            content = replace(content, service_level=before.service_level)
        if not row.has("rounding"):
            content = replace(content, rounding=before.rounding)
        if not row.has("same_day"):
            content = replace(content, same_day=before.same_day)
        if not row.has("legal_amount"):
            legal = {(one.case_code, one.channel, one.unit): one.legal for one in before.limits}
            limits = [
                replace(one, legal=legal.get((one.case_code, one.channel, one.unit)))
                for one in content.limits
            ]
            content = replace(content, limits=_in_order(limits))
        return content

    def _comparable(self, content: _Content) -> _Content:
        return replace(content, sector=fold(content.sector), limits=_in_order(content.limits))

    def _content(self, version: ProcedureVersion) -> _Content:
        sector = self._folded[version.sector_id]
        limits = _in_order(self._limits[version.id])
        level, rounding = version.service_level, version.rounding
        return _Content(version.name, sector, version.levels, level, rounding, version.same_day, limits)

    def _confirm(self, procedure: Procedure) -> None:
        procedure.confirmed = True

    def _add_procedure(self, item: _Wanted) -> None:
        procedure = Procedure(code=item.code, confirmed=True)
        self._session.add(procedure)
        self._session.flush()
        self._procedures[item.code] = procedure
        self._add_version(procedure, item, item.valid_from or BEGINNING, self._versions[procedure.id])

    def _add_version(
        self, procedure: Procedure, item: _Wanted, since: dt.date, versions: list[ProcedureVersion]
    ) -> None:
        before = versions[-1] if versions else None
        if before is not None:
            before.valid_to = since - _DAY
        version = ProcedureVersion(procedure_id=procedure.id, valid_from=since)
        self._fill(version, item)
        self._session.add(version)
        self._session.flush()
        self._write_limits(version, item.content.limits)
        if before is not None:
            self._keep_components(before, version)
        versions.append(version)

    def _rewrite(self, version: ProcedureVersion, item: _Wanted, tally: Tally) -> None:
        """Correct a version that began on the very day; never one that a dossier was received under."""
        used = select(Dossier.id).where(Dossier.procedure_version_id == version.id).limit(1)
        if self._session.execute(used).first() is not None:
            tomorrow = max(version.valid_from, self._today) + _DAY
            item.row.bad(
                "valid_from", f"đã có hồ sơ nhận theo phiên bản này; hãy đặt valid_from từ {tomorrow}."
            )
            return
        self._fill(version, item)
        self._session.execute(delete(ProcedureLimit).where(ProcedureLimit.version_id == version.id))
        self._write_limits(version, item.content.limits)
        tally.changed += 1

    def _fill(self, version: ProcedureVersion, item: _Wanted) -> None:
        content = item.content
        version.full_code = item.full_code
        version.name = content.name
        version.search_text = f"{item.code} {fold(content.name)}"[:600]
        version.sector_id = self._sector(content.sector).id
        version.levels = content.levels
        version.service_level = content.service_level
        version.rounding = content.rounding
        version.same_day = content.same_day

    def _sector(self, name: str) -> Sector:
        folded = fold(name)
        if folded not in self._sectors:
            codes = {sector.code for sector in self._sectors.values()}
            slug = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:36] or "linh-vuc"
            code = next(one for one in (slug, *(f"{slug}-{n}" for n in range(2, 999))) if one not in codes)
            sector = Sector(code=code, name=name, name_folded=folded)
            self._session.add(sector)
            self._session.flush()
            self._sectors[folded] = sector
            self._folded[sector.id] = folded
        return self._sectors[folded]

    def _write_limits(self, version: ProcedureVersion, limits: Sequence[_Limit]) -> None:
        self._limits[version.id] = list(limits)
        self._session.add_all(
            ProcedureLimit(
                version_id=version.id,
                case_code=limit.case_code,
                case_name=limit.case_name,
                channel=Channel(limit.channel) if limit.channel else None,
                promised_amount=limit.promised,
                legal_amount=limit.legal,
                unit=limit.unit,
            )
            for limit in limits
        )

    def _keep_components(self, before: ProcedureVersion, version: ProcedureVersion) -> None:
        kept = select(ProcedureComponent).where(ProcedureComponent.version_id == before.id)
        for component in self._session.execute(kept).scalars().all():
            self._session.add(
                ProcedureComponent(
                    version_id=version.id,
                    position=component.position,
                    name=component.name,
                    originals=component.originals,
                    certified=component.certified,
                    copies=component.copies,
                )
            )


def _as_limit(row: ProcedureLimit) -> _Limit:
    channel = row.channel.value if row.channel else ""
    return _Limit(row.case_code, row.case_name, channel, row.promised_amount, row.legal_amount, row.unit)


def _finish(
    session: Session, action: str, outcome: Outcome, *, actor_id: int | None, now: dt.datetime
) -> Outcome:
    if outcome.did_something:
        raise_revision(session, "catalogue")
        facts = {"added": outcome.added, "changed": outcome.changed}
        audit.note(session, action, actor_id=actor_id, now=now, facts=facts)
    return outcome
