"""Measure what stages of procedures usually take; find the open dossiers that are likely to be late by it.

Both are made anew each night as a whole: a reader sees the old or the new, never a mixture.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from tthc_tracker.domain.deadlines import Pause
from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.domain.risk import Risk, Usual, assess, usual_of
from tthc_tracker.models.risk import DossierRisk, UsualTime
from tthc_tracker.queries import risks
from tthc_tracker.queries.apologies import pauses_of
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.queries.risks import OpenOne, PastStep, Stage
from tthc_tracker.services.clockvalues import worked_minutes

BATCH = 500


@dataclass
class Tally:
    """What a night's run came to."""

    stages: int = 0
    examined: int = 0
    at_risk: int = 0
    found: list[tuple[OpenOne, Risk]] = field(default_factory=list)


def usual_between(session: Session, first: dt.date, last: dt.date) -> dict[Stage, Usual]:
    """What every stage usually took of what finished from one day to another, both included."""
    samples: defaultdict[Stage, list[int]] = defaultdict(list)
    for agency_id, procedure_id, minutes, number in risks.took(session, first, last):
        samples[Stage(agency_id, procedure_id, risks.WHOLE)] += [minutes] * number
    for step, minutes in _lengths(session, first, last):
        samples[Stage(step.agency_id, step.procedure_id, step.position)].append(minutes)
    return dict(_usual(samples))


def _lengths(session: Session, first: dt.date, last: dt.date) -> Iterator[tuple[PastStep, int]]:
    """From the beginning of each past step to the finish of its dossier, in working minutes."""
    after = 0
    while found := risks.past_steps(session, first, last, after=after, limit=BATCH):
        if len(found) == BATCH:  # the steps of the last one may go on in the next batch
            found = [one for one in found if one.dossier_id != found[-1].dossier_id] or found
        held = pauses_of(session, sorted({one.dossier_id for one in found}))
        for one in found:
            calendar = work_calendar(session, one.agency_id)
            pauses = since(held.get(one.dossier_id, ()), one.opened_at)
            minutes = worked_minutes(calendar, one.opened_at, max(one.opened_at, one.closed_at), pauses)
            if minutes is not None:
                yield one, minutes
        after = found[-1].dossier_id


def since(pauses: tuple[Pause, ...], opened_at: dt.datetime) -> list[Pause]:
    """The pauses of a stage: those that began in it. A step is not left while a pause is open."""
    return [pause for pause in pauses if pause.start >= opened_at]


def _usual(samples: Mapping[Stage, list[int]]) -> Iterator[tuple[Stage, Usual]]:
    everywhere: defaultdict[Stage, list[int]] = defaultdict(list)
    for stage, lengths in samples.items():
        everywhere[stage._replace(agency_id=None)] += lengths
        if (own := usual_of(lengths)) is not None:
            yield stage, own
    for stage, lengths in everywhere.items():
        if (all_of_them := usual_of(lengths, of_province=True)) is not None:
            yield stage, all_of_them


def keep_usual(session: Session, usual: Mapping[Stage, Usual], now: dt.datetime) -> None:
    """Put what was measured in the place of what was known."""
    session.execute(delete(UsualTime))
    rows = [
        {**stage._asdict(), "cases": one.cases, "minutes": list(one.minutes), "measured_at": now}
        for stage, one in usual.items()
    ]
    if rows:
        session.execute(insert(UsualTime), rows)


def usual_for(usual: Mapping[Stage, Usual], agency_id: int, procedure_id: int, position: int) -> Usual | None:
    """The agency's own if it has enough, else the province's; None: nobody has."""
    own = usual.get(Stage(agency_id, procedure_id, position))
    return own or usual.get(Stage(None, procedure_id, position))


def look(session: Session, usual: Mapping[Stage, Usual], tally: Tally, after: int, now: dt.datetime) -> int:
    """Hold the next open dossiers against what is usual; the last one's number, 0 after the end."""
    batch = risks.open_ones(session, now, after=after, limit=BATCH)
    held = pauses_of(session, [one.id for one in batch])
    for one in batch:
        stage = usual_for(usual, one.agency_id, one.procedure_id, one.position)
        found = None if stage is None else _risk(session, one, held.get(one.id, ()), stage, now)
        if found is not None:
            tally.found.append((one, found))
    tally.examined += len(batch)
    return batch[-1].id if len(batch) == BATCH else 0


def _risk(
    session: Session, one: OpenOne, held: tuple[Pause, ...], usual: Usual, now: dt.datetime
) -> Risk | None:
    calendar = work_calendar(session, one.agency_id)
    spent = worked_minutes(calendar, one.since, max(one.since, now), since(held, one.since))
    try:
        left = calendar.working_minutes_between(now, one.overdue_from)
    except CalendarHorizonError:
        return None
    return None if spent is None else assess(left, spent, usual)


def keep_found(session: Session, tally: Tally, now: dt.datetime) -> None:
    """Put those that were found at risk in the place of the last night's."""
    session.execute(delete(DossierRisk))
    rows = [
        {
            "dossier_id": one.id, "position": one.position, "left_minutes": risk.left,
            "needed_minutes": risk.needed, "cases": risk.cases, "of_province": risk.of_province,
            "margin": risk.margin, "assessed_at": now,
        }
        for one, risk in tally.found
    ]  # fmt: skip
    if rows:
        session.execute(insert(DossierRisk), rows)
    tally.at_risk = len(rows)
