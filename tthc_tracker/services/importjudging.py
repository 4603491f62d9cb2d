"""What the register knows of an incoming row: is it new, the same, an update, or in conflict. Reads only."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session

from tthc_tracker.domain.exchangerow import LONGEST_NAME, ExchangeRow, read_row
from tthc_tracker.domain.folding import fold
from tthc_tracker.domain.lifecycle import State
from tthc_tracker.domain.permissions import EVERYTHING, Scope
from tthc_tracker.domain.portalstatus import is_forward
from tthc_tracker.domain.rowfaults import BrokenRow, Refusal, RowWarning
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.importing import ImportedRow
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Procedure, ProcedureVersion, Sector, Source
from tthc_tracker.queries import archives
from tthc_tracker.queries.archives import ArchivedDossier
from tthc_tracker.services import bulkrows, importplaces, importreading
from tthc_tracker.services.clockvalues import Place, is_on_day_off
from tthc_tracker.services.importreading import RawRow, ReadRow
from tthc_tracker.services.importseen import SeenRows
from tthc_tracker.wording.years import put_away

UNNAMED = "Chưa phân lĩnh vực"

Row = RawRow | ReadRow


class Outcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REPEAT = "repeat"
    REFUSED = "refused"


@dataclass(frozen=True)
class ProcedureFacts:
    """A procedure of the catalogue as an import needs it."""

    procedure_id: int
    version_id: int
    sector_id: int


@dataclass(frozen=True)
class Known:
    """A dossier that bears the row's code already."""

    dossier: Dossier
    owner_name: str
    procedure_code: str
    source_id: int
    source_name: str
    content_hash: str | None

    @property
    def sighted(self) -> bool:
        """Whether it is another source's dossier, which this one shows too."""
        return self.dossier.source_id != self.source_id


class Judged:
    """A row with its verdict."""

    __slots__ = (
        "_row", "again", "code", "content_hash", "dossier_id", "due_day", "known", "made", "more_refusals",
        "number", "other_row", "other_source", "outcome", "procedure", "raw", "receiving", "refusal",
        "refused_field", "resolving", "warnings",
    )  # fmt: skip

    def __init__(self, read: ReadRow) -> None:
        self.number, self.raw, self.code, self.content_hash = read[:4]
        self.receiving, self.resolving, self.procedure, self.due_day = read[4:8]
        self.made, self._row = read.made, read.row  # what it writes if it is new, if that is known already
        self.outcome = Outcome.NEW if read.refusal is None else Outcome.REFUSED
        self.refusal, self.refused_field = read.refusal, read.refused_field
        self.more_refusals = list(read.more_refusals)  # with the field of each
        self.warnings = list(read.warnings)
        self.known: Known | None = None
        self.other_row: int | None = None
        self.other_source = ""
        self.again = False  # its dossier was taken back with an earlier file
        self.dossier_id: int | None = None  # once it is written

    @property
    def row(self) -> ExchangeRow:
        """What it says, in full.

        Raises:
            RowRefusedError: nothing that can be taken.
        """
        if self._row is None:
            self._row = read_row(self.raw)
        return self._row


class Mark(NamedTuple):
    """The catalogue of a register as it was before a batch."""

    sectors: dict[str, int]
    procedures: dict[str, ProcedureFacts]
    announced: set[str]


class Register:
    """The catalogue in memory, and what this file has said so far, for one import.

    `scope`: whose dossiers it may touch. Of others it learns nothing but that a code is not to be had.
    """

    def __init__(self, session: Session, source: Source, scope: Scope = EVERYTHING) -> None:
        self.source = source
        self.scope = scope
        self.offset = bulkrows.offset(session)
        self.agencies = dict(session.execute(select(Agency.code, Agency.id).order_by(Agency.id)).all())
        self.nation = importplaces.nation(session)
        self.places: dict[str, Place] = {}  # of those met that count otherwise
        self._met: set[str] = set()
        self.sectors = dict(session.execute(select(Sector.name_folded, Sector.id).order_by(Sector.id)).all())
        current = session.execute(current_procedures())
        self.procedures = {code: ProcedureFacts(*ids) for code, *ids in current}
        self.announced: set[str] = set()  # procedures this file has brought, in a dry run too
        self.seen = SeenRows()

    def meet(self, session: Session, codes: AbstractSet[str]) -> None:
        """Learn by what agencies count that no row has named before: of a province, a dossier names two."""
        new = {code: self.agencies[code] for code in self.agencies.keys() & codes - self._met}
        self.places |= importplaces.others(session, new)
        self._met |= new.keys()

    def place(self, code: str) -> Place:
        """By what an agency counts that was met, by its code."""
        return self.places.get(code, self.nation)

    def mark(self) -> "Mark":
        """What it knows of the catalogue now."""
        return Mark(dict(self.sectors), dict(self.procedures), set(self.announced))

    def return_to(self, mark: "Mark", judged: Sequence["Judged"]) -> None:
        """Forget a batch that was judged since and whose writing was undone."""
        self.sectors, self.procedures, self.announced = mark
        for item in judged:
            self.seen.forget(item.code, (item.number, item.content_hash))


def current_procedures() -> Select[str, int, int, int]:
    """Every version of every procedure, the one in force last: code, then what ProcedureFacts holds."""
    return (
        select(Procedure.code, Procedure.id, ProcedureVersion.id, ProcedureVersion.sector_id)
        .join(ProcedureVersion, ProcedureVersion.procedure_id == Procedure.id)
        .order_by(ProcedureVersion.valid_from)
    )


def judge(session: Session, register: Register, rows: Sequence[Row]) -> list[Judged]:
    """Judge a batch of rows, read or not, in their order. Two queries a batch."""
    judged = [Judged(row if isinstance(row, ReadRow) else importreading.read(*row)) for row in rows]
    codes = [item.code for item in judged if item.refusal is None]
    register.meet(session, {code for item in judged for code in (item.resolving, item.receiving)})
    known, archived = _known(session, codes)
    register.seen.expect(codes)
    for item in judged:
        if item.refusal is None:
            _judge_one(register, item, known.get(item.code), archived.get(item.code))
        elif not isinstance(item.raw, BrokenRow):
            _look_for_agencies(register, item)
    return judged


def _refuse(item: Judged, reason: Refusal, refused_field: str = "MaHoSo", *more: str) -> None:
    item.outcome, item.refusal, item.refused_field = Outcome.REFUSED, reason, refused_field
    item.more_refusals = [(reason, column) for column in more]


def _judge_one(
    register: Register, item: Judged, known: Known | None, archived: ArchivedDossier | None
) -> None:
    resolving, receiving = register.agencies.get(item.resolving), register.agencies.get(item.receiving)
    if resolving is None or receiving is None:
        places = {item.receiving: "NoiNopHoSo"} | {item.resolving: _resolver_field(item)}
        unknown = [column for code, column in places.items() if code not in register.agencies]
        return _refuse(item, Refusal.UNKNOWN_AGENCY, *reversed(unknown))
    if not register.scope.sees((resolving, receiving)):
        return _refuse(item, Refusal.OUT_OF_SCOPE, "DonViXuLy")
    if archived is not None and known is None:
        return _refuse_archived(register, item, archived)
    if earlier := register.seen.of(item.code):
        item.other_row = earlier[0]
        if earlier[1] != item.content_hash:
            return _refuse(item, Refusal.CONFLICT_IN_FILE)
        item.outcome = Outcome.REPEAT
        return None
    _warn(register, item)
    if known is not None:
        _compare(register, item, known)
    if item.outcome is not Outcome.REFUSED:
        register.seen.note(item.code, (item.number, item.content_hash))
    return None


def _refuse_archived(register: Register, item: Judged, archived: ArchivedDossier) -> None:
    if not register.scope.sees(archived.agencies):
        return _refuse(item, Refusal.CODE_TAKEN)
    item.other_source = put_away(archived.year, archived.at)
    return _refuse(item, Refusal.ARCHIVED)


def _resolver_field(item: Judged) -> str:
    """Which field says who resolves it: where only the desk is given, that one resolves it too."""
    said = {column: (item.raw.get(column) or "").strip() for column in ("DonViXuLy", "NoiNopHoSo")}
    return "NoiNopHoSo" if said["NoiNopHoSo"] and not said["DonViXuLy"] else "DonViXuLy"


def _look_for_agencies(register: Register, item: Judged) -> None:
    """A row refused for what it says is put right in one go only if it names its strange agencies too."""
    named = {item.refused_field, *(column for _, column in item.more_refusals)}
    for column in ("DonViXuLy", "NoiNopHoSo"):
        code = (item.raw.get(column) or "").strip()
        if code and code not in register.agencies and column not in named:
            item.more_refusals.append((Refusal.UNKNOWN_AGENCY, column))


def _warn(register: Register, item: Judged) -> None:
    if item.procedure not in register.procedures and item.procedure not in register.announced:
        item.warnings.append(RowWarning.NEW_PROCEDURE)
        register.announced.add(item.procedure)
    calendar = register.place(item.resolving).calendar
    if item.due_day and is_on_day_off(calendar, dt.date.fromordinal(item.due_day)):
        item.warnings.append(RowWarning.DUE_ON_DAY_OFF)


def _compare(register: Register, item: Judged, known: Known) -> None:
    stored = known.dossier
    places = (stored.resolving_agency_id, stored.receiving_agency_id, stored.returning_agency_id)
    if not register.scope.sees(places):
        return _refuse(item, Refusal.CODE_TAKEN)
    item.known = known
    if known.source_id != register.source.id:
        item.other_source = known.source_name
        return _refuse(item, Refusal.CONFLICT_WITH_SOURCE)
    if known.content_hash == item.content_hash:
        item.outcome = Outcome.UNCHANGED
        return None
    if known.sighted:  # whatever it says is what it says: nothing of the dossier's own is touched
        item.outcome = Outcome.UPDATED
        return None
    if known.content_hash == "" and stored.state is State.CANCELLED:
        item.again = True
        return None
    row = item.row
    fixed = (
        (known.owner_name, row.owner_name, "ChuHoSo"),
        (known.procedure_code, item.procedure, "MaTTHC"),
        (stored.channel, row.channel, "KenhThucHien"),
        (stored.accepted_at, stored.accepted_at and row.accepted_at, "NgayTiepNhan"),
    )
    changed = [column for old, new, column in fixed if old != new]
    backward = not is_forward(stored.state, row.state, accepted=stored.accepted_at is not None)
    if changed:
        _refuse(item, Refusal.CONFLICT_WITH_STORED, *changed)
        item.more_refusals += [(Refusal.BACKWARD_STATUS, "TrangThaiHoSo")] * backward
        return None
    if backward:
        return _refuse(item, Refusal.BACKWARD_STATUS, "TrangThaiHoSo")
    item.outcome = Outcome.UPDATED
    return None


# Most batches bring new codes only: to ask for one of them takes a tenth of the time of asking for each.
# The second: whether one is of an archived year.
_ANY_KNOWN = {
    "sqlite": text(
        "SELECT EXISTS (SELECT 1 FROM dossier_code WHERE code IN (SELECT value FROM json_each(:codes))),"
        " EXISTS (SELECT 1 FROM archived_code WHERE code IN (SELECT value FROM json_each(:codes)))"
    ),
    "postgresql": text(
        "SELECT EXISTS (SELECT 1 FROM dossier_code "
        "WHERE code IN (SELECT json_array_elements_text(CAST(:codes AS json)))),"
        " EXISTS (SELECT 1 FROM archived_code "
        "WHERE code IN (SELECT json_array_elements_text(CAST(:codes AS json))))"
    ),
}


def _known(session: Session, codes: Sequence[str]) -> tuple[dict[str, Known], Mapping[str, ArchivedDossier]]:
    any_known = _ANY_KNOWN[session.get_bind().dialect.name]
    some, some_archived = session.execute(any_known, {"codes": json.dumps(codes)}).one()
    return (
        _stored(session, codes) if some else {},
        archives.find_all(session, codes) if some_archived else {},
    )


def _stored(session: Session, codes: Sequence[str]) -> dict[str, Known]:
    statement = (
        select(
            DossierCode.code,
            Dossier,
            Person.full_name,
            Procedure.code,
            Source.id,
            Source.name,
            ImportedRow.content_hash,
        )
        .join(Dossier, Dossier.id == DossierCode.dossier_id)
        .join(Person, Person.id == Dossier.owner_id)
        .join(Procedure, Procedure.id == Dossier.procedure_id)
        .join(Source, Source.id == DossierCode.source_id)
        .outerjoin(
            ImportedRow,
            (ImportedRow.source_id == DossierCode.source_id) & (ImportedRow.code == DossierCode.code),
        )
        .where(DossierCode.code.in_(codes))
        .order_by(DossierCode.code)
    )
    return {
        code: Known(dossier, owner, procedure, source_id, source, kept)
        for code, dossier, owner, procedure, source_id, source, kept in session.execute(statement)
    }


def folded_sector(row: ExchangeRow) -> str:
    """The key by which a row's sector is looked up; rows without one share an unnamed sector."""
    return fold(row.sector_name or UNNAMED)[:LONGEST_NAME]  # one sign may fold to eighteen
