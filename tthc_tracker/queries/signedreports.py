"""Reports of a period: as they would be signed now, as they were signed, and what has changed since."""

import datetime as dt
import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select, true
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain import signedreports, statutorytable
from tthc_tracker.domain.errors import NotFound
from tthc_tracker.domain.people import listed_name
from tthc_tracker.domain.periods import Period
from tthc_tracker.domain.permissions import EVERYTHING, Scope
from tthc_tracker.domain.signedreports import Changed, Marks
from tthc_tracker.domain.statutorytable import Table
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.signedreport import ReportReopening, SignedMark, SignedReport
from tthc_tracker.queries import listing, statutorymarks, statutorytables
from tthc_tracker.queries.among import Ids, among
from tthc_tracker.queries.described import with_resolver
from tthc_tracker.queries.listing import Count, Page
from tthc_tracker.queries.scoping import visible
from tthc_tracker.queries.statisticscells import By, Question
from tthc_tracker.queries.statisticsquestions import named
from tthc_tracker.wording.formats import moment
from tthc_tracker.wording.formtables import FormHead
from tthc_tracker.wording.signedreports import seal
from tthc_tracker.wording.statutoryforms import FORM

PAGE = 50

# --- before it is signed


@dataclass(frozen=True)
class Draft:
    """A report as it would be signed now. edition: the number it would bear; seen: what tells its figures
    from others."""

    edition: int
    tables: Mapping[str, Table]
    marks: Marks
    dossiers: int

    @property
    def seen(self) -> str:
        """A print of every figure in it."""
        figures = {name: table.content() for name, table in self.tables.items()}
        return hashlib.sha256(json.dumps(figures, sort_keys=True).encode()).hexdigest()


def draft(session: Session, agency: str, period: Period, now: dt.datetime) -> Draft:
    """The report of an agency and all below it, reckoned from its dossiers one by one."""
    question = Question(period.start, period.end, By.LEVEL, EVERYTHING, agency)
    found = statutorymarks.counted(session, question, now)
    tables = statutorymarks.tables(session, found)
    return Draft(last_edition(session, agency, period) + 1, tables, found.marks, found.dossiers)


def last_edition(session: Session, agency: str, period: Period) -> int:
    """The number of an agency's last signed report of a period; 0 before the first."""
    statement = select(func.max(SignedReport.edition)).where(*_of(agency, period))
    return session.execute(_with_agency(statement)).scalar_one_or_none() or 0


# --- as it was signed


@dataclass(frozen=True)
class Reopened:
    """That a report no longer holds."""

    at: dt.datetime
    by: str
    reason: str


@dataclass(frozen=True)
class Brief:
    """A signed report in a list. reopened: since when it no longer holds."""

    id: int
    agency_code: str
    agency: str
    period: Period
    edition: int
    signed_at: dt.datetime
    signer: str
    dossiers: int
    sha256: str
    reopened: Reopened | None

    @property
    def holds(self) -> bool:
        """Whether nobody has opened it again."""
        return self.reopened is None


@dataclass(frozen=True)
class Signed:
    """A signed report whole: its words and tables as they were, by the kind of their rows. marked: the cells
    whose dossiers were kept."""

    brief: Brief
    head: FormHead
    tables: Mapping[str, Table]
    marked: tuple[str, ...]


def latest(session: Session, agency: str, period: Period, scope: Scope) -> Brief | None:
    """The last signed report of an agency's period, None before the first; it says whether it holds."""
    statement = _briefs(scope).where(*_of(agency, period)).order_by(SignedReport.edition.desc()).limit(1)
    row = session.execute(statement).first()
    return _brief(row) if row else None


def page(session: Session, scope: Scope, after: int | None = None, size: int = PAGE) -> list[Brief]:
    """The signed reports of agencies in scope, the newest first; one more than `size`."""
    statement = _briefs(scope).order_by(SignedReport.id.desc()).limit(size + 1)
    if after is not None:
        statement = statement.where(SignedReport.id < after)
    return [_brief(row) for row in session.execute(statement)]


def report(session: Session, report_id: int, scope: Scope) -> Signed:
    """A signed report as it was.

    Raises:
        NotFound: no such report of an agency in scope.
    """
    statement = _briefs(scope).where(SignedReport.id == report_id).add_columns(SignedReport.content)
    row = session.execute(statement).first()
    if row is None:
        raise NotFound(str(report_id))
    brief, kept = _brief(row), json.loads(zlib.decompress(row.content))
    head = kept["head"]
    signed_as, day = tuple(head["signed_as"]), dt.date.fromisoformat(head["day"])
    said = seal(moment(brief.signed_at), brief.edition, brief.sha256)
    tables = {name: statutorytable.read(content) for name, content in kept["tables"].items()}
    told = FormHead(**(head | {"signed_as": signed_as, "day": day, "seal": said}))
    return Signed(brief, told, tables, _marked(kept))


def _marked(kept: Mapping[str, Any]) -> tuple[str, ...]:
    """The cells whose dossiers were kept; the first reports kept none of transfers and do not say."""
    return tuple(kept.get("marked", signedreports.CELLS))


def content(head: FormHead, tables: Mapping[str, Table]) -> bytes:
    """What is kept of the words and figures of a report, before it is compressed."""
    words = asdict(head) | {"day": head.day.isoformat()}
    kept = {
        "head": words, "tables": {name: table.content() for name, table in tables.items()},
        "marked": [*signedreports.CELLS, *signedreports.MOVED],
    }  # fmt: skip
    return json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def marks(session: Session, report_id: int) -> dict[str, list[int]]:
    """The dossiers behind every cell and row of a signed report."""
    statement = (
        select(SignedMark.name, SignedMark.ids)
        .where(SignedMark.report_id == report_id)
        .order_by(SignedMark.name)
    )
    return {name: signedreports.unpacked(ids) for name, ids in session.execute(statement)}


def is_whole(session: Session, report_id: int) -> bool:
    """Whether what is kept of a report is what was sealed."""
    row = session.get_one(SignedReport, report_id)
    return signedreports.seal(zlib.decompress(row.content), marks(session, report_id)) == row.sha256


def head_of(session: Session, agency: str, period: Period, day: dt.date) -> FormHead:
    """What stands above and below the report of an agency."""
    return statutorytables.head(session, FORM, agency, period, day)


# --- what has changed since


@dataclass(frozen=True)
class Restatement:
    """A signed report beside today: both marks, and the tables of today."""

    then: Marks
    now: Marks
    tables: Mapping[str, Table]

    def of(self, name: str, rows: Iterable[str] = ()) -> Changed:
        """The restatement of one number."""
        return signedreports.changed(self.then, self.now, name, rows)

    @property
    def dossiers(self) -> int:
        """How many dossiers stand elsewhere than they did."""
        return len(signedreports.moved(self.then, self.now))


def restatement(session: Session, brief: Brief, now: dt.datetime) -> Restatement:
    """What has changed of a signed report since."""
    today = draft(session, brief.agency_code, brief.period, now)
    kept = json.loads(zlib.decompress(session.get_one(SignedReport, brief.id).content))
    counted = signedreports.only(today.marks, _marked(kept))
    return Restatement(marks(session, brief.id), counted, today.tables)


@dataclass(frozen=True)
class Row:
    """A dossier that stands elsewhere than it did: its cells as signed, and today."""

    id: int
    code: str
    version: int
    procedure_code: str
    procedure: str
    owner: str  # masked
    agency_code: str
    agency: str
    accepted_at: dt.datetime | None
    due_at: dt.datetime | None
    told_due_at: dt.datetime | None
    closed_at: dt.datetime | None
    then: tuple[str, ...]
    now: tuple[str, ...]


_IDS = bindparam("ids", type_=Ids())


def changed(
    session: Session,
    question: Mapping[str, str],
    scope: Scope,
    now: dt.datetime,
    *,
    after: str = "",
    size: int = listing.PAGE,
) -> Page[Row]:
    """A page of the dossiers behind a restatement. question: see `_chosen`."""
    restated, ids = _chosen(session, question, scope, now)
    statement = _visible(scope).order_by(Dossier.id).limit(size + 1)
    match listing.decode_cursor(after):
        case [int(last)]:
            statement = statement.where(Dossier.id > last)
    found = session.execute(with_resolver(statement), {"ids": ids}).all()
    shown = [row.id for row in found]
    then, today = (signedreports.places(kept, shown) for kept in (restated.then, restated.now))
    rows = tuple(_row(row, then[row.id], today[row.id]) for row in found[:size])
    return Page(rows, listing.encode_cursor(rows[-1].id) if len(found) > size else "")


def count_changed(session: Session, question: Mapping[str, str], scope: Scope, now: dt.datetime) -> Count:
    """How many `changed` has."""
    _restated, ids = _chosen(session, question, scope, now)
    statement = select(func.count()).select_from(_visible(scope).subquery())
    return Count(session.execute(statement, {"ids": ids}).scalar_one(), more=False)


def _chosen(
    session: Session, question: Mapping[str, str], scope: Scope, now: dt.datetime
) -> tuple[Restatement, list[int]]:
    """The dossiers of one number of a report (`report_id`, `cell`; `by`, `key` and `level` of its row): those
    it had (`way` signed), those it has `added` or `removed` since. Without a cell all that stand elsewhere.
    """
    number = question.get("report_id", "")
    asked = int(number) if number.isascii() and number.isdigit() and len(number) < 16 else 0
    row = session.execute(_briefs(scope).where(SignedReport.id == asked)).first()
    if row is None:
        return Restatement({}, {}, {}), []
    restated = restatement(session, _brief(row), now)
    if not (name := question.get("cell", "")):
        return restated, sorted(signedreports.moved(restated.then, restated.now))
    rows = [signedreports.row(question.get("by", ""), key)] if (key := question.get("key")) else []
    rows += [signedreports.row("level", level)] if (level := question.get("level")) else []
    way = question.get("way")
    if way == "signed":
        return restated, sorted(signedreports.behind(restated.then, name, rows))
    difference = restated.of(name, rows)
    return restated, list(difference.removed if way == "removed" else difference.added)


def _visible(scope: Scope) -> Any:
    chosen = select(
        Dossier.id, Dossier.code, Dossier.version, Dossier.accepted_at, Dossier.due_at,
        Dossier.current_due_at, Dossier.closed_at,
    )  # fmt: skip
    return chosen.where(among(Dossier.id, _IDS), visible(scope))


def _row(row: Any, then: tuple[str, ...], now: tuple[str, ...]) -> Row:
    return Row(
        row.id, row.code, row.version, row.procedure_code, row.procedure,
        listed_name(row.owner, row.owner_kind), row.agency_code, row.agency, row.accepted_at, row.due_at,
        row.current_due_at, row.closed_at, then, now,
    )  # fmt: skip


# --- rows of the table


def _of(agency: str, period: Period) -> tuple[ColumnElement[bool], ...]:
    return (
        Agency.code == agency,
        SignedReport.period_start == period.start,
        SignedReport.period_end == period.end,
    )


def _with_agency(statement: Any) -> Any:
    return statement.join(Agency, Agency.id == SignedReport.agency_id)


def _briefs(scope: Scope) -> Any:
    opener = aliased(User)
    statement = (
        select(
            SignedReport.id, Agency.code, Agency.name, SignedReport.period_start, SignedReport.period_end,
            SignedReport.edition, SignedReport.signed_at, User.full_name, SignedReport.dossiers,
            SignedReport.sha256, ReportReopening.reopened_at, opener.full_name.label("opener"),
            ReportReopening.reason,
        )
        .join(User, User.id == SignedReport.signed_by_id)
        .outerjoin(ReportReopening, ReportReopening.report_id == SignedReport.id)
        .outerjoin(opener, opener.id == ReportReopening.reopened_by_id)
    )  # fmt: skip
    mine = true() if scope.all else SignedReport.agency_id.in_(sorted(scope.agency_ids))
    return _with_agency(statement).where(mine)


def _brief(row: Any) -> Brief:
    reopened = Reopened(row.reopened_at, row.opener, row.reason) if row.reopened_at else None
    return Brief(
        row.id, row.code, row.name, named(row.period_start, row.period_end), row.edition, row.signed_at,
        row.full_name, row.dossiers, row.sha256, reopened,
    )  # fmt: skip
