"""Field reports of the demo: the 48 that the session of Q1/2024 counted, and some of these weeks.

Those of 2024 came between 1 January and 14 March, so that the statutory quarter and that of the calendar both
count 48.
"""

import csv
import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tthc_tracker import data
from tthc_tracker.domain import fieldreports as law
from tthc_tracker.domain.fieldreports import ReportChannel, ReportState
from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.domain.timelimit import TimeLimit
from tthc_tracker.domain.workcalendar import WorkCalendar
from tthc_tracker.models.account import Membership, User
from tthc_tracker.models.agency import Agency
from tthc_tracker.models.fieldreport import FieldReport, FieldReportKind
from tthc_tracker.models.history import AuditEntry
from tthc_tracker.models.reception import CodeCounter
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.services.demo.words import SEXES, Words

OF_THE_SESSION = 48
OF_THESE_WEEKS = 26
_FIRST, _LAST = dt.date(2024, 1, 2), dt.date(2024, 3, 14)
_ON_TIME = 0.86
_FORWARDED = 0.35


class _Happening(NamedTuple):
    """What is reported somewhere ({town}: whose commune it is), and what the answer was."""

    kind: str
    place: str
    words: str
    answer: str


@dataclass
class _Registry:
    """What is drawn from, and the rows so far."""

    session: Session
    rng: Random
    words: Words
    happenings: list[_Happening]
    kinds: dict[str, FieldReportKind]
    now: dt.datetime
    numbers: dict[tuple[int, dt.date], int]
    rows: list[dict[str, Any]]


def report_some(session: Session, words: Words, *, seed: int, now: dt.datetime) -> None:
    """Write both into a database that has the shipped agencies; the same seed and `now`: the same reports."""
    kinds = {kind.code: kind for kind in session.execute(select(FieldReportKind)).scalars()}
    registry = _Registry(
        session, Random(f"{seed}:reports"), words, _happenings(), kinds, now, defaultdict(int), []
    )
    then = _communes(session, "H46.", dt.date(2024, 3, 14))
    for _ in range(OF_THE_SESSION):
        day = _FIRST + dt.timedelta(days=registry.rng.randrange((_LAST - _FIRST).days + 1))
        _report(registry, registry.rng.choice(then), registry.rng.choice(then), _hour(registry.rng, day))
    today = _communes(session, "H50.", now.date())
    mine = _of_the_shown_clerk(session)
    for number in range(OF_THESE_WEEKS):
        received = _hour(registry.rng, now.date() - dt.timedelta(days=registry.rng.randrange(1, 24)))
        desk = mine if number % 3 == 0 and mine else registry.rng.choice(today)
        _report(registry, desk, registry.rng.choice(today), received)
    session.execute(insert(FieldReport), registry.rows)
    session.add_all(
        CodeCounter(agency_id=agency_id, day=day, series=law.SERIES, last=last)
        for (agency_id, day), last in sorted(registry.numbers.items())
    )
    _note(session, registry)


def _happenings() -> list[_Happening]:
    with data.path("demo/field_reports.csv").open(encoding="utf-8", newline="") as file:
        return [_Happening(**row) for row in csv.DictReader(file)]


def _communes(session: Session, prefix: str, on: dt.date) -> list[Agency]:
    there = select(Agency).where(Agency.code.startswith(prefix), Agency.level == "xa").order_by(Agency.code)
    return [
        one
        for one in session.execute(there).scalars()
        if (one.active_to is None or one.active_to >= on)
        and (one.active_from is None or one.active_from <= on)
    ]


def _of_the_shown_clerk(session: Session) -> Agency | None:
    desk = select(Agency).join(Membership, Membership.agency_id == Agency.id)
    desk = desk.join(User, User.id == Membership.user_id).where(User.username == "motcua").limit(1)
    return session.execute(desk).scalar_one_or_none()


def _hour(rng: Random, day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(rng.randrange(7, 17), rng.randrange(60)), VIETNAM)


def _report(registry: _Registry, desk: Agency, other: Agency, received: dt.datetime) -> None:
    rng, happening = registry.rng, registry.rng.choice(registry.happenings)
    handling = other if rng.random() < _FORWARDED else desk
    kind = registry.kinds[happening.kind]
    calendar = work_calendar(registry.session, handling.id)
    found = law.deadline(received, TimeLimit(kind.amount, kind.unit), calendar)
    answered = _answered(registry, found, received, calendar)
    day = received.date()
    registry.numbers[desk.id, day] += 1
    town = handling.name.removeprefix(registry.words.phrases["committee"][0])
    started = answered is not None or rng.random() < 0.5
    registry.rows.append({
        "code": law.own_code(desk.code, day, registry.numbers[desk.id, day]), "channel": ReportChannel.DESK,
        "source_id": None, "fingerprint": "", "kind_id": kind.id, "receiving_agency_id": desk.id,
        "handling_agency_id": handling.id, "passed_by_id": None if handling is desk else desk.id,
        "state": _state(started=started, answered=answered is not None),
        "place": happening.place.format(town=town), "words": happening.words, "received_at": received,
        "recorded_at": received, "recorded_by_id": None, "limit_amount": kind.amount,
        "limit_unit": kind.unit, "due_at": found.due_at, "soon_from": found.soon_from,
        "late_from": found.late_from, "accepted_at": received + dt.timedelta(minutes=40) if started else None,
        "answered_at": answered, "answered_by_id": None, "answer": happening.answer if answered else "",
        "published": answered is not None and rng.random() < 0.8,
        "satisfied": rng.random() < 0.9 if answered and rng.random() < 0.7 else None,
        "contact_name": registry.words.name(rng, rng.choice(SEXES)) if rng.random() < 0.6 else None,
        "contact_phone": f"09{rng.randrange(10**8):08}" if rng.random() < 0.6 else None,
        "contact_email": None, "photo": None, "version": 1, "erased_at": None,
    })  # fmt: skip


def _state(*, started: bool, answered: bool) -> ReportState:
    if answered:
        return ReportState.ANSWERED
    return ReportState.ACCEPTED if started else ReportState.RECEIVED


def _answered(
    registry: _Registry, found: law.ReportDeadline, received: dt.datetime, calendar: WorkCalendar
) -> dt.datetime | None:
    """When it was answered: mostly before its date, now and then after; what is to come has not been yet."""
    rng = registry.rng
    if rng.random() < _ON_TIME:
        share = rng.uniform(0.2, 0.95)
        moment = received + (found.due_at - received) * share
    else:
        moment = found.late_from + dt.timedelta(hours=rng.randrange(9, 80))
    moment = calendar.snap(moment.replace(second=0, microsecond=0))
    return moment if moment < registry.now else None


def _note(session: Session, registry: _Registry) -> None:
    """The entries that the verbs would have left, by nobody: who it was is not told."""
    entries = []
    for row in registry.rows:
        about = {"actor_id": None, "object_type": "field_report", "object_id": row["code"]}
        taken = {"agency_id": row["receiving_agency_id"], "facts": {"channel": ReportChannel.DESK.value}}
        entries.append(about | taken | {"at": row["received_at"], "action": "field_report_received"})
        done = {"agency_id": row["handling_agency_id"], "facts": {}}
        if row["accepted_at"]:
            entries.append(about | done | {"at": row["accepted_at"], "action": "field_report_accepted"})
        if row["answered_at"]:
            late = {"late": row["answered_at"] >= row["late_from"]}
            told = {"at": row["answered_at"], "action": "field_report_answered", "facts": late}
            entries.append(about | done | told)
    session.add_all(AuditEntry(**entry) for entry in sorted(entries, key=lambda one: one["at"]))
    session.flush()
