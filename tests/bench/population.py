"""An office of realistic size from a fixed seed: agencies, people, procedures, dossiers with their clocks.

Rows are written through the product's own tables, every date by the product's own engine, and the first scan
is the product's own: nothing here is a fact the product could not have written itself.
"""

import datetime as dt
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from tests.bench import longlife
from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.deadlines import reckon
from tthc_tracker.domain.dossiercode import CURRENT_PATTERN
from tthc_tracker.domain.folding import fold
from tthc_tracker.domain.lifecycle import ApplicantKind, Channel, EventKind, FinishClass, ResultKind, State
from tthc_tracker.domain.milestones import due_soon_from, reception_deadline, very_overdue_from
from tthc_tracker.domain.performance import finish_class
from tthc_tracker.domain.permissions import Role
from tthc_tracker.domain.timelimit import TimeLimit
from tthc_tracker.domain.workcalendar import WorkCalendar
from tthc_tracker.extensions import Database
from tthc_tracker.models.account import LoginSession, Membership, User
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.base import Base
from tthc_tracker.models.dossier import Dossier, DossierCode
from tthc_tracker.models.history import DossierEvent, Pause
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Procedure, ProcedureLimit, ProcedureVersion, Source
from tthc_tracker.models.reception import CodeCounter, DossierComponent, ReceptionRound
from tthc_tracker.queries.calendars import national_calendar
from tthc_tracker.services import catalogue, numbering, search
from tthc_tracker.services.agencies import rebuild_scope
from tthc_tracker.services.logins import token_hash

BATCH = 2_000
DEPARTMENTS, AGENCIES, PROCEDURES = 20, 200, 2_000
PAST_DAYS = 900  # how far back receptions go
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương")
MIDDLE = ("Văn", "Thị", "Hữu", "Đức", "Ngọc", "Minh", "Thanh", "Quang", "Thu", "Xuân")
GIVEN = ("An", "Bình", "Cường", "Dũng", "Giang", "Hạnh", "Hoà", "Hương", "Khánh", "Lan", "Linh",
         "Long", "Mai", "Nam", "Nga", "Nhung", "Oanh", "Phúc", "Phương", "Quân", "Sơn", "Thảo", "Tuấn",
         "Uyên", "Vinh", "Yến")  # fmt: skip


def table(mapped: type[Base]) -> Table:
    found = mapped.__table__
    assert isinstance(found, Table)
    return found


def blank(mapped: type[Base]) -> dict[str, Any]:
    """The columns of a new row: a Core insert of many rows wants every column in each."""
    return {
        column.key: column.default.arg if isinstance(column.default, ScalarElementColumnDefault) else None
        for column in table(mapped).columns
        if column.key != "id" or mapped is Dossier
    }


@dataclass(frozen=True)
class Service:
    """A procedure as dossiers need it."""

    procedure_id: int
    version_id: int
    sector_id: int
    code: str
    limit: TimeLimit


@dataclass
class Office:
    """What the measurements need to know of the population."""

    dossiers: int
    open: int
    agency_codes: list[str]
    procedure_codes: list[str] = field(default_factory=list)
    controller: str = ""  # session tokens of people, for the cookie
    clerk: str = ""
    head: str = ""
    officer: str = ""
    clerks: list[str] = field(default_factory=list)
    clerk_agencies: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)  # of open dossiers
    long_lives: list[str] = field(default_factory=list)  # of those with sixty events
    names: list[str] = field(default_factory=list)


@dataclass
class _Builder:
    """Writes the population with one generator of chance."""

    session: Session
    rng: Random
    now: dt.datetime
    agencies: list[tuple[int, str]] = field(default_factory=list)
    units: dict[int, list[int]] = field(default_factory=dict)
    officers: dict[int, list[int]] = field(default_factory=dict)
    clerks: dict[int, int] = field(default_factory=dict)
    services: list[Service] = field(default_factory=list)
    sources: dict[str, int] = field(default_factory=dict)
    numbers: Counter[tuple[int, dt.date]] = field(default_factory=Counter)

    def found(self, office: Office, agencies: int) -> None:
        """The agencies with their units and people."""
        catalogue.seed_reference(self.session, self.now)
        self.session.flush()
        root = self._agency("H50", "Uỷ ban nhân dân tỉnh Quảng Trị", Level.TINH, None)
        departments = min(DEPARTMENTS, agencies // 4)
        for number in range(1, departments + 1):
            self._agency(f"H50.{number:02}", f"Sở số {number}", Level.TINH, root)
        for number in range(agencies - departments - 1):
            self._agency(f"H50.{19000 + number}", f"Uỷ ban nhân dân xã số {number + 1}", Level.XA, root)
        rebuild_scope(self.session)
        self.session.flush()
        office.agency_codes = [code for _, code in self.agencies]
        office.controller = self._person(root, Role.CONTROLLER, None)
        for agency_id, code in self.agencies[1:]:
            units = self.units[agency_id]
            clerk = self._person(agency_id, Role.CLERK, None)
            head = self._person(agency_id, Role.HEAD_OF_AGENCY, None)
            for unit_id in units:
                self._person(agency_id, Role.HEAD_OF_UNIT, unit_id)
                officer = self._person(agency_id, Role.OFFICER, unit_id)
            office.clerks.append(clerk)
            office.clerk_agencies.append(code)
        office.clerk, office.head, office.officer = office.clerks[-1], head, officer
        self.session.flush()

    def _agency(self, code: str, name: str, level: Level, parent: int | None) -> int:
        agency = Agency(code=code, name=name, name_folded=fold(name), level=level, parent_id=parent)
        self.session.add(agency)
        self.session.flush()
        self.agencies.append((agency.id, code))
        made = [
            Unit(agency_id=agency.id, code=f"P{number}", name=f"Phòng số {number}")
            for number in range(1, 5 if level is Level.TINH else 3)
        ]
        self.session.add_all(made)
        self.session.flush()
        self.units[agency.id] = [unit.id for unit in made]
        return agency.id

    def _person(self, agency_id: int, role: Role, unit_id: int | None) -> str:
        """An account with an open session; the token of its cookie."""
        name = self.name()
        user = User(
            username=f"u{secrets.token_hex(6)}", email=f"{secrets.token_hex(6)}@example.invalid",
            full_name=name, name_folded=fold(name), created_at=self.now - dt.timedelta(days=PAST_DAYS + 1),
        )  # fmt: skip
        self.session.add(user)
        self.session.flush()
        self.session.add(Membership(user_id=user.id, role=role, agency_id=agency_id, unit_id=unit_id))
        if role is Role.OFFICER:
            self.officers.setdefault(agency_id, []).append(user.id)
        if role is Role.CLERK:
            self.clerks[agency_id] = user.id
        token = secrets.token_hex(32)
        self.session.add(
            LoginSession(
                id_hash=token_hash(token),
                user_id=user.id,
                auth_version=1,
                created_at=self.now,
                last_seen_at=self.now,
                expires_at=self.now + dt.timedelta(hours=12),
            )
        )
        return token

    def offer(self, office: Office, procedures: int) -> None:
        """The shipped procedures, and as many made ones as a province has."""
        shipped = self._read_services()
        self.sources = {row.code: row.id for row in self.session.execute(select(Source.code, Source.id))}
        wanted = max(0, procedures - len(shipped))
        for number in range(wanted):
            like = shipped[number % len(shipped)]
            procedure = Procedure(code=f"9.{number:06}")
            self.session.add(procedure)
            self.session.flush()
            name = f"Thủ tục số {number + 1} của lĩnh vực {like.sector_id}"
            version = ProcedureVersion(
                procedure_id=procedure.id, full_code=f"{procedure.code}.000.00.00.H50", name=name,
                search_text=f"{fold(name)} {procedure.code}", sector_id=like.sector_id, levels="tinh;xa",
                valid_from=dt.date(2020, 1, 1),
            )  # fmt: skip
            self.session.add(version)
            self.session.flush()
            self.session.add(
                ProcedureLimit(version_id=version.id, promised_amount=like.limit.amount, unit=like.limit.unit)
            )
        self.session.flush()
        self.services = self._read_services()
        office.procedure_codes = [service.code for service in shipped]

    def _read_services(self) -> list[Service]:
        statement = (
            select(
                Procedure.id, ProcedureVersion.id, ProcedureVersion.sector_id, Procedure.code,
                ProcedureLimit.promised_amount, ProcedureLimit.unit,
            )
            .join(ProcedureVersion, ProcedureVersion.procedure_id == Procedure.id)
            .join(ProcedureLimit, ProcedureLimit.version_id == ProcedureVersion.id)
            .where(ProcedureLimit.case_code == "")
            .order_by(Procedure.id, ProcedureLimit.id)
        )  # fmt: skip
        return [
            Service(row[0], row[1], row[2], row[3], TimeLimit(row[4], row[5]))
            for row in self.session.execute(statement).all()
        ]

    def name(self) -> str:
        return f"{self.rng.choice(FAMILY)} {self.rng.choice(MIDDLE)} {self.rng.choice(GIVEN)}"


@dataclass
class _Case:
    """One dossier before it has numbers."""

    row: dict[str, Any]
    events: list[dict[str, Any]]
    person: dict[str, Any]
    round: dict[str, Any] | None
    pause: dict[str, Any] | None
    papers: int
    known_at: dt.datetime


class _Author:
    """Makes dossiers: most of them closed, some at work, some late, some waiting for an answer."""

    def __init__(self, builder: _Builder, calendar: WorkCalendar) -> None:
        self.of, self.rng, self.calendar = builder, builder.rng, calendar
        self.now = builder.now
        self._blank = blank(Dossier)

    def closed(self) -> _Case:
        """One that ended: mostly before its date."""
        case = self._accepted(self._moment(20, PAST_DAYS))
        row, accepted = case.row, case.row["accepted_at"]
        share = self.rng.choice((0.3, 0.5, 0.6, 0.8, 0.9, 1.0, 1.0, 1.0, 1.2, 1.6))
        end = min(accepted + (row["due_at"] - accepted) * share + dt.timedelta(minutes=10), self.now)
        end = end.replace(second=0, microsecond=0)
        returned = self.rng.random() < 0.95
        row |= {
            "state": State.RETURNED if returned else State.FINISHED, "closed_at": end,
            "closed_on": end.date(),
            "finish_class": finish_class(row["due_at"], end, is_hour_limit=self._hours(row)),
            "worked_minutes": self.calendar.working_minutes_between(accepted, end),
            "result_kind": ResultKind.GRANTED, "result_number": "12/GCN", "result_on": end.date(),
            "due_soon_from": None, "very_overdue_from": None, "next_check_at": None,
        }  # fmt: skip
        assert isinstance(row["finish_class"], FinishClass)
        self._happens(case, EventKind.FINISHED, end)
        if returned:
            row["returned_at"], row["returned_to"] = end, case.person["full_name"]
            self._happens(case, EventKind.RETURNED, end)
        return case

    def open(self) -> _Case:
        """One at work: about one in eight is overdue, one in twenty-five paused."""
        late = self.rng.random() < 0.13
        while True:
            case = self._accepted(self._moment(0, 90))
            overdue = case.row["overdue_from"] <= self.now
            if overdue == late:
                break
        if not late and self.rng.random() < 0.04:
            since = case.row["accepted_at"] + (self.now - case.row["accepted_at"]) / 2
            since = since.replace(second=0, microsecond=0)
            case.row["paused_since"], case.row["state"] = since, State.AWAITING_SUPPLEMENT
            case.pause = {"policy": "resume", "started_at": since}
            self._happens(case, EventKind.PAUSED, since)
        self._look(case.row)
        return case

    def waiting(self) -> _Case:
        """One that was filed online and has no answer yet."""
        case = self._case(self._moment(0, 2), Channel.ONLINE)
        case.row["state"] = State.REGISTERED
        self._look(case.row)
        return case

    def _hours(self, row: dict[str, Any]) -> bool:
        return TimeLimit(row["limit_amount"], row["limit_unit"]).is_hour_limit

    def _look(self, row: dict[str, Any]) -> None:
        row["next_check_at"] = self.now  # the first scan looks at everything that is open

    def _moment(self, least: int, most: int) -> dt.datetime:
        """A minute of the office's hours."""
        while True:
            day = self.now.date() - dt.timedelta(days=self.rng.randint(least, most))
            if self.calendar.is_working_day(day):
                break
        minute = self.rng.choice((*range(450, 690), *range(810, 1020)))
        moment = dt.datetime.combine(day, dt.time(minute // 60, minute % 60), self.now.tzinfo)
        return moment if moment < self.now else moment - dt.timedelta(days=7)

    def _case(self, submitted: dt.datetime, channel: Channel) -> _Case:
        service = self.rng.choice(self.of.services)
        agency_id, _ = self.rng.choice(self.of.agencies[1:])
        resolving = agency_id if self.rng.random() < 0.9 else self.rng.choice(self.of.agencies[1:6])[0]
        online = channel is Channel.ONLINE
        row = dict(self._blank) | {
            "version": 0, "recorded_at": submitted, "source_id": self.of.sources["desk"],
            "procedure_id": service.procedure_id, "procedure_version_id": service.version_id,
            "sector_id": service.sector_id, "channel": channel, "receiving_agency_id": agency_id,
            "resolving_agency_id": resolving, "returning_agency_id": agency_id,
            "fully_electronic": online, "submitted_at": submitted if online else None,
            "limit_amount": service.limit.amount, "limit_unit": service.limit.unit,
        }  # fmt: skip
        clock = None
        if online:
            due = reception_deadline(submitted, self.calendar)
            row |= {
                "reception_round": 1, "reception_due_at": due.due_at, "reception_due_on": due.due_at.date(),
                "reception_late_from": due.late_from,
            }  # fmt: skip
            clock = {"started_at": submitted, "due_at": due.due_at, "late_from": due.late_from}
        case = _Case(row, [], self._person(), clock, None, self.rng.randint(1, 5), submitted)
        self._happens(case, EventKind.REGISTERED if online else EventKind.RECEIVED, submitted)
        return case

    def _accepted(self, at: dt.datetime) -> _Case:
        channel = self.rng.choices((Channel.COUNTER, Channel.ONLINE), (45, 55))[0]
        case = self._case(at, channel)
        row = case.row
        limit = TimeLimit(row["limit_amount"], row["limit_unit"])
        deadline = reckon(at, limit, self.calendar, with_steps=False)
        units = self.of.units[row["resolving_agency_id"]]
        row |= {
            "state": State.PROCESSING, "accepted_at": at, "accepted_on": at.date(), "due_given": False,
            "first_due_at": deadline.first_due_at, "due_at": deadline.due_at,
            "due_on": deadline.due_at.date(),
            "current_due_at": deadline.current_due_at, "late_from": deadline.late_from,
            "overdue_from": deadline.overdue_from, "holding_unit_id": self.rng.choice(units),
            "held_since": at,
            "officer_id": self.rng.choice(self.of.officers[row["resolving_agency_id"]]),
            "received_by_id": self.of.clerks[row["receiving_agency_id"]],
            "due_soon_from": due_soon_from(at, deadline.due_at, limit, self.calendar),
            "very_overdue_from": very_overdue_from(deadline.overdue_from, limit, self.calendar),
        }  # fmt: skip
        if case.round:
            row["reception_answered_at"] = at
            case.round |= {"answered_at": at, "answer": "receipt"}
            self._happens(case, EventKind.RECEIVED, at)
        self._happens(case, EventKind.ASSIGNED, at)
        return case

    def _person(self) -> dict[str, Any]:
        name = self.of.name()
        number = f"045{self.rng.randrange(10**9):09}"
        phone = f"09{self.rng.randrange(10**8):08}"
        return blank(Person) | {
            "kind": ApplicantKind.CITIZEN, "full_name": name, "name_folded": fold(name), "id_number": number,
            "id_reversed": number[::-1], "phone": phone, "phone_reversed": phone[::-1],
            "birth_on": dt.date(1980, 1, 1), "sex": "male", "address": "Thôn 3, Quảng Trị",
        }  # fmt: skip

    def _happens(self, case: _Case, kind: EventKind, at: dt.datetime) -> None:
        case.row["version"] += 1
        case.events.append(
            {
                "seq": case.row["version"],
                "kind": kind,
                "occurred_at": at,
                "recorded_at": at,
                "actor_id": self.of.clerks[case.row["receiving_agency_id"]],
                "actor_name": "Cán bộ",
                "reason": "",
                "facts": {},
            }
        )


def build(
    database: Database,
    *,
    dossiers: int,
    open_ones: int,
    now: dt.datetime,
    seed: int,
    progress: Callable[[int], None],
    agencies: int = AGENCIES,
    procedures: int = PROCEDURES,
) -> Office:
    """Fill a migrated empty database; the first scan is left to the caller."""
    office = Office(dossiers=dossiers, open=open_ones, agency_codes=[])
    now = now.replace(second=0, microsecond=0)
    with database.transaction() as session:
        builder = _Builder(session, Random(seed), now)
        builder.found(office, agencies)
        builder.offer(office, procedures)
        author = _Author(builder, national_calendar(session))
    cases = _draw(author, dossiers, open_ones)
    while batch := list(islice(cases, BATCH)):
        with database.transaction() as session:
            _write(session, builder, batch, office)
        progress(len(batch))
    with database.transaction() as session:
        session.execute(
            insert(table(CodeCounter)),
            [
                {"agency_id": agency_id, "day": day, "series": "", "last": last}
                for (agency_id, day), last in sorted(builder.numbers.items())
            ],
        )
        office.long_lives = longlife.lengthen(session, now)
    office.codes = [code for code in office.codes if code not in office.long_lives]
    return office


def _draw(author: _Author, dossiers: int, open_ones: int) -> Iterator[_Case]:
    kinds = [author.open] * open_ones + [author.waiting] * (open_ones // 30)
    kinds += [author.closed] * (dossiers - len(kinds))
    author.rng.shuffle(kinds)
    return (kind() for kind in kinds)


def _write(session: Session, builder: _Builder, batch: list[_Case], office: Office) -> None:
    people = insert(table(Person)).returning(table(Person).c.id, sort_by_parameter_order=True)
    people_ids = session.execute(people, [case.person for case in batch]).scalars().all()
    years: dict[int, Iterator[int]] = {
        year: iter(numbering.next_dossier_ids(session, year, amount))
        for year, amount in sorted(Counter(case.known_at.year for case in batch).items())
    }
    codes = {code: agency_id for agency_id, code in builder.agencies}
    names = {agency_id: code for code, agency_id in codes.items()}
    rows: dict[type[Base], list[dict[str, Any]]] = {
        kind: [] for kind in (Dossier, DossierCode, DossierEvent, ReceptionRound, Pause, DossierComponent)
    }
    entries: list[search.Entry] = []
    for case, person_id in zip(batch, people_ids, strict=True):
        row, day = case.row, case.known_at.date()
        desk = row["receiving_agency_id"]
        builder.numbers[desk, day] += 1
        number = builder.numbers[desk, day]
        row["id"], row["code"] = next(years[day.year]), CURRENT_PATTERN.format(names[desk], day, number)
        row["applicant_id"] = row["owner_id"] = person_id
        rows[Dossier].append(row)
        rows[DossierCode].append(
            {
                "code": row["code"],
                "dossier_id": row["id"],
                "kind": "primary",
                "source_id": row["source_id"],
                "agency_id": desk,
                "day": day,
                "seq": number,
            }
        )
        key = {"dossier_id": row["id"]}
        rows[DossierEvent] += [event | key for event in case.events]
        if case.round:
            rows[ReceptionRound].append(
                {"answered_at": None, "answer": None} | case.round | key | {"round": 1}
            )
        if case.pause:
            rows[Pause].append(
                {"reason": "supplement", "note": "", "basis": "", "ended_at": None, "expires_at": None,
                 "imported": False, "actor_id": None} | case.pause | key
            )  # fmt: skip
        rows[DossierComponent] += [
            {"position": position, "name": f"Giấy tờ số {position}", "originals": 1, "certified": 0,
             "copies": 0,
             "digitised": True} | key
            for position in range(1, case.papers + 1)
        ]  # fmt: skip
        agencies = (desk, row["resolving_agency_id"], row["returning_agency_id"])
        entries.append((row["id"], [case.person["name_folded"]], agencies, row["code"]))
        if row["closed_at"] is None and row["accepted_at"]:
            office.codes.append(row["code"])
            office.names.append(case.person["full_name"])
    for kind, made in rows.items():
        if made:
            session.execute(insert(table(kind)), made)
    search.index_dossiers(session, entries)
