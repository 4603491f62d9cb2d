"""Random accepted dossiers for the statistics, in the database and as the facts that the law counts."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from tests.support.moments import HANOI
from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.apologies import ApologyState, Ground
from tthc_tracker.domain.deadlines import PausePolicy
from tthc_tracker.domain.lifecycle import ApplicantKind, Channel, ResultKind, SourceKind, State
from tthc_tracker.domain.performance import Closing, DossierFacts, ReceptionFacts, finish_class
from tthc_tracker.domain.permissions import EVERYTHING, Scope
from tthc_tracker.domain.timelimit import LimitUnit
from tthc_tracker.models.agency import Agency, AgencyScope, Unit
from tthc_tracker.models.apology import Apology
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierTransfer, Pause
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Procedure, ProcedureVersion, Sector, Source
from tthc_tracker.models.reception import ReceptionRound
from tthc_tracker.queries.statisticscells import By, Question
from tthc_tracker.services import dailyfacts

# A province, two departments below it, a commune, and a ministry apart: (code, level, parent).
AGENCIES = (
    ("H50", Level.TINH, None),
    ("H50.01", Level.TINH, 9001),
    ("H50.02", Level.TINH, 9001),
    ("H50.20", Level.XA, 9001),
    ("G01", Level.BO, None),
)
IDS = {code: 9001 + place for place, (code, _, _) in enumerate(AGENCIES)}
# Units of a department and of the commune: what of theirs has an even number lies there.
UNITS = {"H50.01": 9001, "H50.20": 9002}
PORTAL = 9009  # the source of every third dossier
SECTORS, PROCEDURES = (9001, 9002), (9001, 9002, 9003)


@dataclass(frozen=True)
class Known:
    """One dossier as the law sees it, with the keys of its rows."""

    facts: DossierFacts
    rounds: tuple[ReceptionFacts, ...]  # of an online dossier
    paused_at_all: bool
    level: str
    agency: str
    sector: str
    procedure: str
    desk: str
    unit: str
    channel: str
    source: str


def lay_catalogue(session: Session) -> int:
    """Agencies, sectors, procedures, one person; the id of a source."""
    agencies = [
        {
            "id": 9001 + place,
            "code": code,
            "name": f"Cơ quan {code}",
            "name_folded": f"co quan {code}",
            "level": level,
            "parent_id": parent,
        }
        for place, (code, level, parent) in enumerate(AGENCIES)
    ]
    session.execute(insert(Agency), agencies)
    pairs = [(own["id"], own["id"]) for own in agencies] + [(9001, below) for below in (9002, 9003, 9004)]
    session.execute(
        insert(AgencyScope), [{"ancestor_id": above, "descendant_id": below} for above, below in pairs]
    )
    units = [
        {"id": known, "agency_id": IDS[code], "code": "P1", "name": "Phòng Một"}
        for code, known in UNITS.items()
    ]
    session.execute(insert(Unit), units)
    session.execute(
        insert(Sector),
        [
            {"id": s, "code": f"L{s}", "name": f"Lĩnh vực {s}", "name_folded": f"linh vuc {s}"}
            for s in SECTORS
        ],
    )
    session.execute(insert(Procedure), [{"id": p, "code": f"1.00{p}"} for p in PROCEDURES])
    session.execute(
        insert(ProcedureVersion),
        [
            {
                "id": p,
                "procedure_id": p,
                "full_code": f"1.00{p}",
                "name": f"Thủ tục {p}",
                "search_text": "",
                "sector_id": SECTORS[0],
                "levels": "xa",
                "valid_from": dt.date(2020, 1, 1),
            }
            for p in PROCEDURES
        ],
    )
    session.execute(
        insert(Person),
        [{"id": 9001, "kind": ApplicantKind.CITIZEN, "full_name": "Nguyễn Văn An", "name_folded": "an"}],
    )
    found = session.execute(select(func.min(Source.id))).scalar()
    if found is None:
        found = 9001
        session.execute(
            insert(Source), [{"id": found, "code": "desk", "name": "Một cửa", "kind": SourceKind.HOME}]
        )
    session.execute(
        insert(Source), [{"id": PORTAL, "code": "cong", "name": "Cổng khác", "kind": SourceKind.MIRROR}]
    )
    return found


def plant(
    session: Session, random: Random, number: int, first: dt.date, last: dt.date, now: dt.datetime
) -> list[Known]:
    """That many dossiers accepted between two days, and what is known of each that counts."""
    source = lay_catalogue(session)
    codes = {row.id: row.code for row in session.execute(select(Source.id, Source.code))}
    known = []
    for serial in range(1, number + 1):
        row, facts = _dossier(random, serial, source, first, last)
        session.execute(insert(Dossier), [row])
        rounds = _rounds(random, row)
        session.execute(insert(ReceptionRound), rounds)
        pause = _pause(random, row)
        if pause is not None:
            session.execute(insert(Pause), [pause])
        if row["state"] is not State.CANCELLED:
            known.append(_known(row, facts | {"source": codes[row["source_id"]]}, pause, rounds, now))
    return known


def hand_on(session: Session, dossier_id: int, hops: Sequence[tuple[dt.date, str]]) -> None:
    """Transfer a dossier on these days to these agencies, one after the other; seq as of its next events."""
    of = Dossier.id == dossier_id
    holder = session.execute(select(Dossier.resolving_agency_id).where(of)).scalar_one()
    done = select(func.max(DossierTransfer.seq)).where(DossierTransfer.dossier_id == dossier_id)
    last = session.execute(done).scalar() or 10
    for seq, (day, heir) in enumerate(hops, start=last + 1):
        moved = {"dossier_id": dossier_id, "seq": seq, "moved_on": day}
        moved |= {"from_agency_id": holder, "to_agency_id": IDS[heir]}
        session.execute(insert(DossierTransfer), [moved])
        holder = IDS[heir]
    session.execute(update(Dossier).where(of).values(resolving_agency_id=holder))


def _moment(random: Random, first: dt.date, last: dt.date) -> dt.datetime:
    days = random.randrange((last - first).days + 1)
    midnight = dt.datetime.combine(first + dt.timedelta(days=days), dt.time(), HANOI)
    return midnight + dt.timedelta(minutes=random.choice([0, 450, 451, 900, 1019, 1020, 1439]))


def _dossier(
    random: Random, serial: int, source: int, first: dt.date, last: dt.date
) -> tuple[dict[str, Any], dict[str, Any]]:
    accepted = _moment(random, first, last)
    hours = random.random() < 0.3
    due = accepted + (
        dt.timedelta(hours=random.choice([0, 8, 30]))
        if hours
        else dt.timedelta(days=random.choice([1, 5, 30]))
    )
    midnight = dt.datetime.combine(due.date() + dt.timedelta(days=1), dt.time(), HANOI)
    late = due if hours else midnight
    closed = (
        None
        if random.random() < 0.4
        else max(
            accepted,
            random.choice(
                [
                    due,
                    due - dt.timedelta(minutes=1),
                    due + dt.timedelta(minutes=1),
                    midnight,
                    midnight - dt.timedelta(minutes=1),
                    due + dt.timedelta(days=20),
                    accepted + dt.timedelta(days=1),
                ]
            ),
        )
    )
    due_known, channel = random.random() > 0.05, random.choice(list(Channel))
    state = random.choice([State.RECEIVED, State.PROCESSING, State.STOPPING])
    if closed is not None:
        state = random.choice(
            [State.FINISHED] * 3 + [State.RETURNED, State.WITHDRAWN, State.STOPPED, State.CANCELLED]
        )
    result = random.choice([ResultKind.GRANTED, ResultKind.REFUSED, None])
    moved = random.random() < 0.2
    submitted = accepted - dt.timedelta(hours=random.choice([1, 8, 40]))
    reception_due = submitted + dt.timedelta(hours=8)
    desk, agency = random.choice(list(IDS)), random.choice(list(IDS))
    row = {
        "id": 2026 * 10**10 + serial,
        "code": f"H50-260101-{serial:06}",
        "state": state,
        "recorded_at": accepted,
        "source_id": source if serial % 3 else PORTAL,
        "procedure_id": random.choice(PROCEDURES),
        "procedure_version_id": PROCEDURES[0],
        "sector_id": random.choice(SECTORS),
        "channel": channel,
        "applicant_id": 9001,
        "owner_id": 9001,
        "receiving_agency_id": IDS[desk],
        "resolving_agency_id": IDS[agency],
        "returning_agency_id": IDS[desk],
        "holding_unit_id": None if serial % 2 else UNITS.get(agency),
        "accepted_at": accepted,
        "accepted_on": accepted.date(),
        "limit_amount": 8,
        "limit_unit": LimitUnit.WORKING_HOUR if hours else LimitUnit.WORKING_DAY,
        "due_at": due if due_known else None,
        "due_on": due.date() if due_known else None,
        "current_due_at": (due + dt.timedelta(days=9) if moved else due) if due_known else None,
        "late_from": late if due_known else None,
        "overdue_from": late if due_known else None,
        "reappointed_at": _approved(serial, accepted) if moved and due_known else None,
        "closed_at": closed,
        "closed_on": closed and closed.date(),
        "result_kind": result if closed else None,
        "finish_class": finish_class(due, closed, is_hour_limit=hours)
        if closed and due_known and state is not State.CANCELLED
        else None,
        "worked_minutes": random.randrange(5000) if closed else None,
        "fee_state": ("none", "due", "paid", "exempt")[serial % 4],
        "fee_method": "online" if serial % 8 == 2 else None,
        "fully_electronic": random.choice([True, False, None]),
        "components_digitised": (True, False, None)[serial % 3],
        "result_digitised": (None, True, False, True)[serial // 3 % 4],
        "reception_due_at": reception_due,
        "reception_due_on": reception_due.date(),
        "reception_late_from": reception_due,
        "reception_answered_at": random.choice([accepted, None]),
        "reception_round": random.choice([1, 1, 2, 3]),
        "submitted_at": submitted,
    }
    return row, {"hours": hours, "desk": desk, "agency": agency}


def _approved(serial: int, accepted: dt.datetime) -> dt.datetime:
    """When a second date was given: at once, or in a later period, which is after the end of some. Drawn by
    itself: tests rest on what the others come to."""
    return accepted + dt.timedelta(days=Random(serial).choice([0, 1, 8, 40]))


def _rounds(random: Random, row: dict[str, Any]) -> list[dict[str, Any]]:
    """What led to the dossier's current round: answered at all sorts of moments, by hour and by day."""
    number = row["reception_round"]
    last = {
        "dossier_id": row["id"], "round": number, "started_at": row["submitted_at"],
        "due_at": row["reception_due_at"], "late_from": row["reception_late_from"],
        "answered_at": row["reception_answered_at"], "answer": None,
    }  # fmt: skip
    rounds = [last]
    for earlier in range(1, number):
        due = row["reception_due_at"] - dt.timedelta(days=random.choice([1, 40]))
        midnight = dt.datetime.combine(due.date() + dt.timedelta(days=1), dt.time(), HANOI)
        late = random.choice([due, midnight])
        answered = late + dt.timedelta(minutes=random.choice([-1, 0, 1]))
        rounds.append(last | {"round": earlier, "due_at": due, "late_from": late, "answered_at": answered})
    return rounds


def _pause(random: Random, row: dict[str, Any]) -> dict[str, Any] | None:
    if random.random() < 0.5:
        return None
    started = row["accepted_at"] + dt.timedelta(days=random.choice([0, 1, 4, 40]))
    return {
        "dossier_id": row["id"],
        "policy": random.choice(list(PausePolicy)),
        "reason": "supplement",
        "started_at": started,
        "ended_at": random.choice([None, started + dt.timedelta(days=3)]),
        "imported": random.random() < 0.2,
    }


def vary(session: Session) -> None:
    """Limits of other lengths and units, or of none, and apologies: approved before the finish or after it,
    late or not, or drafts."""
    limits = ((Decimal("2.5"), LimitUnit.WORKING_DAY), (15, LimitUnit.CALENDAR_DAY), (None, None))
    dossiers = select(Dossier.id, Dossier.accepted_at).order_by(Dossier.id)
    for serial, (dossier_id, accepted) in enumerate(session.execute(dossiers).all()):
        amount, unit = limits[serial % 3]
        if serial % 2:
            its = update(Dossier).where(Dossier.id == dossier_id)
            session.execute(its.values(limit_amount=amount, limit_unit=unit))
        if serial % 3 == 0 and accepted is not None:
            session.execute(insert(Apology), [_apology(dossier_id, accepted, serial)])


def _apology(dossier_id: int, accepted: dt.datetime, serial: int) -> dict[str, Any]:
    approved = bool(serial % 9)
    return {
        "dossier_id": dossier_id, "ground": Ground.SAID, "due_at": accepted + dt.timedelta(days=40),
        "state": ApologyState.APPROVED if approved else ApologyState.DRAFT, "drafted_at": accepted,
        "decided_at": accepted + dt.timedelta(days=serial % 30) if approved else None,
        "late": serial % 2 == 0,
    }  # fmt: skip


def _known(
    row: dict[str, Any],
    more: dict[str, Any],
    pause: dict[str, Any] | None,
    rounds: list[dict[str, Any]],
    now: dt.datetime,
) -> Known:
    open_now = (
        pause is not None
        and pause["started_at"] < now
        and (pause["ended_at"] is None or pause["ended_at"] >= now)
    )
    valid = (
        open_now
        and pause is not None
        and pause["policy"] is not PausePolicy.RUNS
        and not pause["imported"]
        and row["late_from"] is not None
        and pause["started_at"] < row["late_from"]
    )
    closings = {State.WITHDRAWN: Closing.WITHDRAWN, State.STOPPED: Closing.STOPPED}
    refused = row["result_kind"] is ResultKind.REFUSED
    closing = closings.get(row["state"], Closing.REFUSED if refused else Closing.FINISHED)
    facts = DossierFacts(
        accepted_on=row["accepted_on"],
        channel=row["channel"],
        due_at=row["due_at"],
        closed_at=row["closed_at"],
        closing=closing if row["closed_at"] else None,
        is_hour_limit=more["hours"],
        paused_at_end=valid,
        reappointed_on=row["reappointed_at"] and row["reappointed_at"].date(),
    )
    online = tuple(
        ReceptionFacts(
            each["due_at"].date(),
            each["late_from"],
            is_hour_limit=each["late_from"] == each["due_at"],
            answered_at=each["answered_at"],
            dossier_closed=row["closed_at"] is not None,
        )
        for each in rounds
        if row["channel"] is Channel.ONLINE
    )
    levels = {code: level.value for code, level, _ in AGENCIES}
    return Known(
        facts=facts,
        rounds=online,
        paused_at_all=open_now,
        level=levels[more["agency"]],
        agency=more["agency"],
        sector=f"L{row['sector_id']}",
        procedure=f"1.00{row['procedure_id']}",
        desk=more["desk"],
        unit=f"{more['agency']}/P1" if row["holding_unit_id"] else "-",
        channel=row["channel"].value,
        source=more["source"],
    )


def fold(session: Session) -> None:
    """Work the whole queue of the daily facts off."""
    run = dailyfacts.Run()
    while run.more:
        dailyfacts.fold_next(session, run)


def questions(number: int, seed: int, first: dt.date) -> Iterator[Question]:
    """Whatever may be asked, of periods that begin within five months of a day."""
    random = Random(seed)
    for _ in range(number):
        start = first + dt.timedelta(days=random.randrange(150))
        end = start + dt.timedelta(days=random.choice([0, 6, 30, 91, 200]))
        few = frozenset(random.sample(list(IDS.values()), 3))
        scope = random.choice([EVERYTHING, EVERYTHING, Scope(all=False, agency_ids=few)])
        agency, level = random.choice(["", "", "H50", *IDS]), random.choice(["", "", "", "xa", "tinh"])
        by = random.choice(list(By))
        yield Question(start, end, by, scope, agency, second=random.random() < 0.3, level=level)
