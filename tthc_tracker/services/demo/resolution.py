"""How made dossiers are worked on: assigned, paused, finished early or late, returned, or left lying."""

import datetime as dt
import random
from math import exp

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.apologies import LatenessCause
from tthc_tracker.domain.deadlines import Pause, PausePolicy, reckon
from tthc_tracker.domain.lifecycle import Channel, EventKind, FinishClass, ResultKind, ReturnMethod, State
from tthc_tracker.domain.performance import finish_class
from tthc_tracker.domain.ratings import RatedAt, Rating
from tthc_tracker.services.demo.reception import is_hour_limit, put_due
from tthc_tracker.services.demo.story import Interruption, Story
from tthc_tracker.services.events import Actor
from tthc_tracker.wording.ratings import BY_APPLICANT

LATE = 0.029
"""The usual share of dossiers that are finished late."""

LEFT_LYING = 0.18
"""The usual share of dossiers just overdue that nobody finishes for a long time."""

_LIES_FOR = 45  # days
_PAUSED = 0.14
_STAYS_PAUSED = 0.45
_NOT_COLLECTED = 0.015
_DIGITISED = {Level.TINH: 0.52, Level.HUYEN: 0.44, Level.XA: 0.36}  # of results on paper
_SAID = 0.75
_ELECTRONIC = {Level.TINH: 0.76, Level.HUYEN: 0.66, Level.XA: 0.58}

RATED_SINCE = dt.date(2025, 7, 1)
_RATES = 0.25
_RATINGS = {Rating.VERY_SATISFIED: 62, Rating.SATISFIED: 34, Rating.DISSATISFIED: 4}
_LATE_RATINGS = {Rating.VERY_SATISFIED: 12, Rating.SATISFIED: 43, Rating.DISSATISFIED: 45}

_SAYS_WHY = 0.85
_CAUSES = {
    LatenessCause.COORDINATING_UNIT: 28, LatenessCause.FIELD_CHECK: 22, LatenessCause.SYSTEM_OUTAGE: 18,
    LatenessCause.STAFF: 14, LatenessCause.OTHER_AGENCY: 10, LatenessCause.LATE_UPDATE: 8,
}  # fmt: skip

_WAITING = {
    "supplement": (EventKind.SUPPLEMENT_ASKED, State.AWAITING_SUPPLEMENT),
    "payment": (EventKind.PAUSED, State.AWAITING_PAYMENT),
}


def resolve(story: Story) -> None:
    """Tell what became of an accepted dossier."""
    accepted_at = story.row["accepted_at"]
    begun_at = _interrupt(story, accepted_at) if _may_pause(story) else accepted_at
    if begun_at is None:
        return
    finished_at = _finish_moment(story, begun_at)
    _assign(story, accepted_at, min(finished_at or story.until, story.until))
    if finished_at is None or finished_at > story.until:
        return
    _finish(story, finished_at)
    if story.row["state"] is State.FINISHED:
        _return(story, finished_at)


def _assign(story: Story, accepted_at: dt.datetime, before: dt.datetime) -> None:
    """Give it to the unit that does the work; same-day work stays at the desk."""
    if story.service.limit(story.channel).is_same_day or story.row["state"] is not State.RECEIVED:
        return
    at = story.later(accepted_at, story.rng.randrange(8, 260))
    if at > before or (story.mirror and not story.chance(0.8)):
        return
    clerk = story.receiving.staff.clerk
    story.move_on(at)
    if story.mirror:
        story.step(EventKind.SOURCE_UPDATED, at, State.PROCESSING, clerk)
        if story.chance(0.5):
            return
    unit, officer = story.hold(at, assigned=True)
    facts = {"unit": ["", unit], "officer": ["", officer.name]}
    facts = {name: pair for name, pair in facts.items() if pair[1]}
    story.tell(EventKind.ASSIGNED, at, clerk, reason=story.words.phrase(story.rng, "assign"), facts=facts)
    if not story.mirror:
        story.row["state"] = State.PROCESSING


# --- pauses


def _may_pause(story: Story) -> bool:
    long_enough = not story.mirror and story.service.limit(story.channel).amount >= 3
    return long_enough and not is_hour_limit(story) and story.chance(_PAUSED)


def _interrupt(story: Story, accepted_at: dt.datetime) -> dt.datetime | None:
    """Hold the clock once; when work goes on, None if it has not."""
    calendar, due_at = story.resolving.calendar, story.row["due_at"]
    available = calendar.working_minutes_between(accepted_at, due_at)
    started_at = story.later(accepted_at, max(300, available * story.rng.uniform(0.1, 0.6)))
    if started_at > story.until or started_at >= story.row["late_from"]:
        return accepted_at
    _assign(story, accepted_at, started_at)
    reason = story.rng.choices(("supplement", "payment"), (0.6, 0.4))[0]
    in_time = calendar.working_days_between(accepted_at.date(), started_at.date()) <= 3
    policy = PausePolicy.RESTART if reason == "supplement" and in_time else PausePolicy.RESUME
    ended_at: dt.datetime | None = story.later(started_at, story.rng.randrange(120, 480 * 7))
    if (story.until - started_at).days < 40 and story.chance(_STAYS_PAUSED):
        ended_at = None
    if ended_at and ended_at > story.until:
        ended_at = None
    _hold_clock(story, Pause(started_at, ended_at, policy), reason)
    return ended_at


def _hold_clock(story: Story, pause: Pause, reason: str) -> None:
    kind, state = _WAITING[reason]
    officer = story.resolving.staff.officer(story.row["holding_unit_id"])
    note = story.words.phrase(story.rng, reason)
    story.step(kind, pause.start, state, officer, reason=note)
    story.interruptions.append(Interruption(pause, reason, note, officer))
    if pause.end is None:
        story.row["paused_since"] = pause.start
        return
    old = story.row["due_at"]
    limit, calendar = story.service.limit(story.channel), story.resolving.calendar
    deadline = reckon(story.row["accepted_at"], limit, calendar, pauses=[pause], with_steps=False)
    facts = {}
    if deadline.due_at != old:
        put_due(story, deadline.due_at)
        story.row["due_version"] += 1
        story.row["due_provisional"] = deadline.provisional
        facts["due_at"] = [old.isoformat(), deadline.due_at.isoformat()]
    story.step(EventKind.RESUMED, pause.end, State.PROCESSING, officer, facts=facts)


# --- the end


def _finish_moment(story: Story, begun_at: dt.datetime) -> dt.datetime | None:
    """When the work is done; None if it is left lying."""
    late, rng = story.row["late_from"], story.rng
    if late is None:
        lying = story.chance(exp(-(story.until - begun_at).days / 60))
        return None if lying else story.later(begun_at, rng.randrange(60, 4000))
    trouble = story.resolving.trouble
    days_late = (story.until - late).days
    if days_late >= 0 and story.chance(LEFT_LYING * trouble * exp(-days_late / _LIES_FOR)):
        return None
    if story.chance(LATE * trouble):
        return story.later(late, 1 + rng.expovariate(1 / 1300))
    available = story.resolving.calendar.working_minutes_between(begun_at, story.row["due_at"])
    if available <= 1:
        return story.later(begun_at, 1)
    return story.later(begun_at, max(1.0, available * min(1.0, rng.betavariate(2.4, 1.25) * 1.06)))


def _finish(story: Story, at: dt.datetime) -> None:
    draw = story.rng.random()
    story.move_on(at)
    officer = story.resolving.staff.officer(story.row["holding_unit_id"])
    _close(story, at)
    if draw < 0.012:
        state, kind = (State.WITHDRAWN, "withdraw") if draw < 0.01 else (State.STOPPED, "stop")
        event = EventKind.WITHDRAWN if state is State.WITHDRAWN else EventKind.STOPPED
        reason = story.words.phrase(story.rng, kind)
        story.step(event, at, state, officer, reason=reason, said=_closed(at))
        return
    refused = draw < 0.022
    result = ResultKind.REFUSED if refused else ResultKind.GRANTED
    number = f"{story.rng.randrange(1, 4000)}/{at.year}"
    story.row |= {"result_kind": result, "result_number": number, "result_on": at.date()}
    if story.channel is Channel.ONLINE:
        story.row["fully_electronic"] = story.chance(_ELECTRONIC[story.resolving.level])
    finished, digitised = story.row["finish_class"], _digitised(story, at)
    story.row["result_digitised"] = digitised
    said = {} if digitised is None else {"result_digitised": digitised}
    story.step(
        EventKind.FINISHED, at, State.FINISHED, officer,
        reason=story.words.phrase(story.rng, "refusal") if refused else "",
        facts={"result": result.value, "class": finished and finished.value, "number": number} | said,
        said=_closed(at),
    )  # fmt: skip
    _say_why(story, at, officer)


def _say_why(story: Story, at: dt.datetime, officer: Actor) -> None:
    """Why one of the desk's own is late, as its officer says with the result; by a die of its own."""
    die = random.Random(int(at.timestamp()))
    if story.mirror or story.row["finish_class"] != FinishClass.LATE or die.random() > _SAYS_WHY:
        return
    (cause,) = die.choices(tuple(_CAUSES), tuple(_CAUSES.values()))
    story.cause = {"cause": cause, "note": "", "given_at": at, "given_by_id": officer.user_id}
    story.tell(EventKind.LATENESS_EXPLAINED, at, officer, facts={"cause": cause.value})


def _digitised(story: Story, at: dt.datetime) -> bool | None:
    """Whether the result is kept digitised: an electronic one is, of three papers in four somebody says it;
    by a die of its own, so that no other story changes."""
    if story.row["fully_electronic"]:
        return True
    draw = random.Random(f"{story.resolving.level} {at.isoformat()}").random()
    return True if draw < _DIGITISED[story.resolving.level] else None if draw > _SAID else False


def _closed(at: dt.datetime) -> dict[str, list[str | None]]:
    return {"closed_at": [None, at.isoformat()]}


def _close(story: Story, at: dt.datetime) -> None:
    row, calendar = story.row, story.resolving.calendar
    row |= {"closed_at": at, "closed_on": at.date()}
    if row["due_at"] is not None:
        row["finish_class"] = finish_class(row["due_at"], at, is_hour_limit=is_hour_limit(story))
    worked = calendar.working_minutes_between(row["accepted_at"], at)
    for each in story.interruptions:
        worked -= calendar.working_minutes_between(each.pause.start, each.pause.end or at)
    row["worked_minutes"] = max(worked, 0)


def _return(story: Story, finished_at: dt.datetime) -> None:
    at = story.later(finished_at, 2 + story.rng.expovariate(1 / 420))
    if at > story.until or story.chance(_NOT_COLLECTED):
        return
    electronic = story.row["fully_electronic"]
    method = ReturnMethod.ONLINE if electronic else ReturnMethod.COUNTER
    if not electronic and story.chance(0.12):
        method = ReturnMethod.POST
    desk = story.returning
    if not desk.is_open(at.date()) and desk.heirs:
        desk = desk.heirs[0]
    story.row |= {"returned_at": at, "return_method": method}
    story.step(
        EventKind.RETURNED, at, State.RETURNED, desk.staff.clerk,
        facts={"method": method.value}, said={"returned_at": [None, at.isoformat()]},
    )  # fmt: skip
    _rate(story, at)


def _rate(story: Story, at: dt.datetime) -> None:
    """A quarter say at the desk how they were served; by a die of its own, so that no other story changes."""
    die = random.Random(int(at.timestamp()))
    if story.mirror or at.date() < RATED_SINCE or die.random() > _RATES:
        return
    weights = _LATE_RATINGS if story.row["finish_class"] == FinishClass.LATE else _RATINGS
    (rating,) = die.choices(tuple(weights), tuple(weights.values()))
    story.rating = {"rating": rating, "rated_at": RatedAt.DESK, "given_on": at.date()}
    story.tell(EventKind.RATED, at, Actor(None, BY_APPLICANT))
