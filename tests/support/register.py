"""A register of dossiers whose every row is known: what lists, search and pages ought to find in it."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tests.support import databases
from tests.support.desk import Office, open_office
from tests.support.moments import at
from tthc_tracker.domain.alerting import Rule, Severity
from tthc_tracker.domain.folding import fold
from tthc_tracker.domain.lifecycle import ApplicantKind, Channel, EventKind, State
from tthc_tracker.extensions import Database
from tthc_tracker.extensions import database as bound
from tthc_tracker.models.alert import Alert, AlertRecipient
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.history import DossierEvent
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import ProcedureVersion, Source
from tthc_tracker.services.search import index_dossiers

NOW = at("Mon 2026-11-23 14:00")
FIRST_ID = 2026 * 10**10 + 1
DAY = dt.timedelta(days=1)
OVERDUE = 1060  # more than one batch of a file
CANARY = "Kim Tự Canary"
NAMES = (
    "Nguyễn Văn An", "Trần Thị Đào", "Lê Hoàng Ân", "Phạm Đức Độ", "Hồ Thị Ngọc Ánh",
    "=HYPERLINK(1) Vũ Thị Công Thức", "Công ty TNHH Một Thành Viên Đường Bộ", "Ngô Quốc Ý",
)  # fmt: skip


@dataclass(frozen=True)
class Known:
    """A row of the register: which list it stands on ("" for none), and what filters ask of it."""

    id: int
    code: str
    which: str
    agency: str
    sector_id: int
    procedure_id: int
    source: str
    channel: Channel
    officer: int | None
    since: dt.datetime
    owner: str


@dataclass(frozen=True)
class Register:
    """The office, and every row of its register."""

    office: Office
    rows: tuple[Known, ...]
    sources: dict[str, int]
    database: Database

    def of(self, which: str, wanted: Callable[[Known], bool] = lambda row: True) -> list[Known]:
        """The rows of one list that the ward's people may see, in the order of the list."""
        mine = [row for row in self.rows if row.which == which and row.agency == "H50.19000" and wanted(row)]
        return sorted(mine, key=lambda row: (row.since, row.id))


@contextmanager
def stocked(kind: str, folder: Path) -> Iterator[Register]:
    """The register on a database of its own, bound as the product's; for all tests of a module."""
    with databases.migrated(kind, folder) as url:
        bound.bind(url)
        try:
            with bound.transaction() as session:
                register = lay_register(session)
            yield register
        finally:
            bound.dispose()


def lay_register(session: Session) -> Register:
    """Write the register, in the transaction of the caller."""
    office = open_office(session)
    sources = {code: number for number, code in session.execute(select(Source.id, Source.code))}
    versions = {row.id: row for row in session.execute(select(ProcedureVersion)).scalars()}
    people = _people(session)
    known, rows = [], []
    for serial, (which, canary) in enumerate(_plan()):
        row, facts = _row(serial, which, canary, office, sources, versions, people)
        rows.append(row)
        known.append(facts)
    session.execute(insert(Dossier), rows)
    _around(session, rows, known, people)
    _alerts(session, known, office)
    return Register(office, tuple(known), sources, bound)


def _plan() -> list[tuple[str, bool]]:
    own = [("overdue", False)] * OVERDUE
    own += [(which, False) for which in ("due_soon", "late_reception", "", "finished") for _ in range(30)]
    theirs = [(which, True) for which in ("overdue", "due_soon", "late_reception", "finished") for _ in "abc"]
    second = [("reappointed", False)] * 30 + [("reappointed", True)] * 3
    return own + theirs + second


def _people(session: Session) -> dict[str, int]:
    found = {}
    for number, name in enumerate((*NAMES, CANARY)):
        id_number, phone = f"0440930012{number:02}", f"09123456{number:02}"
        person = Person(
            kind=ApplicantKind.CITIZEN, full_name=name, name_folded=fold(name), id_number=id_number,
            id_reversed=id_number[::-1], phone=phone, phone_reversed=phone[::-1],
        )  # fmt: skip
        session.add(person)
        session.flush()
        found[name] = person.id
    return found


def _row(
    serial: int, which: str, canary: bool, office: Office, sources: dict[str, int],
    versions: dict[int, ProcedureVersion], people: dict[str, int],
) -> tuple[dict[str, Any], Known]:  # fmt: skip
    place, code = (office.other, "H50.19001") if canary else (office.ward, "H50.19000")
    version = versions[office.procedure if serial % 3 else office.same_day]
    owner = CANARY if canary else NAMES[serial % len(NAMES)]
    source = "provincial-portal" if which == "late_reception" or serial % 4 == 0 else "desk"
    channel = Channel.ONLINE if which == "late_reception" else (Channel.COUNTER, Channel.POST)[serial % 2]
    officer = None if serial % 5 == 0 or canary else office.officer.user_id
    # Three rows share each deadline, so that the order needs its second key.
    since = _since(which, serial // 3)
    row: dict[str, Any] = dict.fromkeys(Dossier.__table__.columns.keys())
    row |= {
        "id": FIRST_ID + serial, "code": f"{code}-261101-{serial:04}", "version": 1, "abstract": "",
        "sets": 1,
        "state": State.PROCESSING, "recorded_at": NOW, "source_id": sources[source],
        "source_as_of": NOW - DAY if source != "desk" else None, "procedure_id": version.procedure_id,
        "procedure_version_id": version.id, "sector_id": version.sector_id, "channel": channel,
        "applicant_id": people[owner], "owner_id": people[owner], "receiving_agency_id": place,
        "resolving_agency_id": place, "returning_agency_id": place, "officer_id": officer,
        "holding_unit_id": None if canary else office.land_unit, "held_since": since - 2 * DAY,
        "reception_round": 0, "rounding": "same_hour", "due_given": True, "due_on_day_off": False,
        "due_provisional": False, "due_version": 1, "fee_due": 0, "fee_state": "none", "receipt_prints": 0,
    } | _clock(which, since)  # fmt: skip
    facts = Known(
        row["id"], row["code"], which, code, version.sector_id, version.procedure_id, source, channel,
        officer, since, owner,
    )  # fmt: skip
    return row, facts


def _since(which: str, step: int) -> dt.datetime:
    if which in {"due_soon", "reappointed"}:
        return NOW + dt.timedelta(hours=1 + step % 40)
    return NOW - dt.timedelta(hours=1 + step)


def _clock(which: str, since: dt.datetime) -> dict[str, Any]:
    if which == "late_reception":
        return {
            "state": State.REGISTERED, "submitted_at": since - 2 * DAY, "reception_due_at": since,
            "reception_due_on": since.date(), "reception_late_from": since, "reception_round": 1,
        }  # fmt: skip
    accepted = since - 4 * DAY
    clock: dict[str, Any] = {
        "accepted_at": accepted, "accepted_on": accepted.date(), "first_due_at": since, "due_at": since,
        "due_on": since.date(), "current_due_at": since, "late_from": since, "overdue_from": since,
        "due_soon_from": since - DAY * 2,
    }  # fmt: skip
    if which == "":  # overdue but for its valid pause
        return clock | {"paused_since": accepted}
    if which == "reappointed":  # late on the lawful date, not near the second
        lawful = {"due_at": NOW - DAY, "late_from": NOW - DAY, "due_on": (NOW - DAY).date()}
        return clock | lawful | {"due_soon_from": since, "reappointed_at": accepted}
    if which == "finished":
        return clock | {"state": State.FINISHED, "closed_at": since, "closed_on": since.date()}
    return clock


def _around(session: Session, rows: list[dict[str, Any]], known: list[Known], people: dict[str, int]) -> None:
    """Codes (every seventh dossier has an old one), first events, and the search index."""
    codes = [(row["code"], row) for row in rows]
    codes += [(f"000.00.19.{row['code']}", row) for row in rows[::7]]
    session.execute(
        insert(DossierCode),
        [{"code": code, "dossier_id": row["id"], "source_id": row["source_id"]} for code, row in codes],
    )
    events = [
        {"dossier_id": row["id"], "seq": 1, "kind": EventKind.IMPORTED, "occurred_at": NOW,
         "recorded_at": NOW, "actor_name": "Cổng", "reason": "", "facts": {}}
        for row in rows
    ]  # fmt: skip
    session.execute(insert(DossierEvent), events)
    places = {row["id"]: [row["resolving_agency_id"]] for row in rows}
    index_dossiers(session, [(row.id, [fold(row.owner)], places[row.id], row.code) for row in known])


def _alerts(session: Session, known: list[Known], office: Office) -> None:
    """On the longest late: one open, one acknowledged, one closed."""
    late = sorted((row for row in known if row.which == "overdue" and row.owner != CANARY),
                  key=lambda row: (row.since, row.id))  # fmt: skip
    for place, row in enumerate(late[:3]):
        alert = Alert(
            subject_type="dossier", subject_id=row.id, dossier_id=row.id, rule=Rule.OVERDUE, version=1,
            severity=Severity.SERIOUS, agency_id=office.ward, due_at=row.since, raised_at=NOW - DAY,
            acknowledged_at=NOW if place == 1 else None,
            acknowledged_by_id=office.head.user_id if place == 1 else None,
            note="đã đôn đốc" if place == 1 else "", closed_at=NOW if place == 2 else None,
        )  # fmt: skip
        session.add(alert)
        session.flush()
        session.add(AlertRecipient(alert_id=alert.id, user_id=office.head.user_id, open=place == 0))
