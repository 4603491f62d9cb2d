"""How made dossiers come in: handed over the counter, brought by post, or waiting online for an answer."""

import datetime as dt

from tthc_tracker.domain.deadlines import late_from, reckon
from tthc_tracker.domain.lifecycle import Channel, EventKind, State
from tthc_tracker.domain.milestones import reception_deadline
from tthc_tracker.services.demo.story import Story
from tthc_tracker.services.events import Actor

LATE = 0.125
"""The usual share of online dossiers that are answered late."""

_UNANSWERED = 0.15
_UNANSWERED_DAYS = 12
_NO_PROMISE = 0.005
_PROMISED_ON_A_DAY_OFF = 0.03


def receive(story: Story) -> bool:
    """Tell the reception; whether the dossier was accepted, with its promise."""
    if story.channel is Channel.ONLINE:
        return _online(story)
    accepted_at = story.first_at
    if story.channel is Channel.POST:
        accepted_at = min(story.later(accepted_at, story.rng.randrange(5, 300)), story.until)
        accepted_at = max(accepted_at, story.first_at)
        story.row["arrived_at"] = story.first_at
        _open_round(story, story.first_at)
        _answer(story, accepted_at, "receipt")
    _accept(story, accepted_at)
    return True


# --- online


def _online(story: Story) -> bool:
    story.row["submitted_at"] = story.first_at
    facts = {"batch": story.source.batch_id, "state": str(State.REGISTERED)}
    story.row["state"] = State.REGISTERED
    story.hold(story.first_at, assigned=False)
    story.tell(EventKind.IMPORTED, story.first_at, Actor(None, story.source.name), facts=facts)
    _open_round(story, story.first_at)
    answered_at = _answer_moment(story, story.first_at)
    if answered_at is None:
        return False
    kind = story.rng.random()
    if kind < 0.025:
        return _refuse(story, answered_at)
    if kind < 0.06:
        return _ask_supplement(story, answered_at)
    _answer(story, answered_at, "receipt")
    _accept(story, answered_at)
    return True


def _open_round(story: Story, started_at: dt.datetime) -> None:
    clock = reception_deadline(started_at, story.receiving.calendar)
    number = len(story.rounds) + 1
    story.row |= {
        "reception_round": number, "reception_due_at": clock.due_at, "reception_due_on": clock.due_at.date(),
        "reception_late_from": clock.late_from, "reception_answered_at": None,
    }  # fmt: skip
    story.rounds.append({
        "round": number, "started_at": started_at, "due_at": clock.due_at, "late_from": clock.late_from,
        "answered_at": None, "answer": None,
    })  # fmt: skip


def _answer(story: Story, at: dt.datetime, answer: str) -> None:
    story.row["reception_answered_at"] = at
    story.rounds[-1] |= {"answered_at": at, "answer": answer}


def _answer_moment(story: Story, started_at: dt.datetime) -> dt.datetime | None:
    """When the desk answers; None while it has not."""
    trouble, late = story.receiving.trouble, story.rounds[-1]["late_from"]
    age = (story.until - started_at).days
    forgotten = age <= _UNANSWERED_DAYS and story.chance(_UNANSWERED * trouble * (1 - age / 16))
    if story.chance(LATE * trouble):
        at = story.later(late, 1 + story.rng.expovariate(1 / 330))
    else:
        at = story.later(started_at, 3 + 470 * story.rng.betavariate(1.1, 2.4))
    return None if forgotten or at > story.until else at


def _refuse(story: Story, at: dt.datetime) -> bool:
    _answer(story, at, "refusal")
    reason = story.words.phrase(story.rng, "refuse_reception")
    story.step(EventKind.REFUSED, at, State.REFUSED, story.receiving.staff.clerk, reason=reason)
    story.row |= {"closed_at": at, "closed_on": at.date()}
    return False


def _ask_supplement(story: Story, at: dt.datetime) -> bool:
    """One complete request; what comes back opens the second round."""
    _answer(story, at, "supplement")
    story.step(EventKind.SUPPLEMENT_ASKED, at, State.AWAITING_SUPPLEMENT, story.receiving.staff.clerk)
    back_at = story.later(at, story.rng.randrange(90, 2900))
    if back_at > story.until:
        return False
    story.step(EventKind.REGISTERED, back_at, State.REGISTERED, story.receiving.staff.clerk)
    _open_round(story, back_at)
    answered_at = _answer_moment(story, back_at)
    if answered_at is None:
        return False
    _answer(story, answered_at, "receipt")
    _accept(story, answered_at)
    return True


# --- acceptance and promise


def _accept(story: Story, at: dt.datetime) -> None:
    story.move_on(at)
    story.row |= {"accepted_at": at, "accepted_on": at.date()}
    _promise(story, at)
    story.hold(at, assigned=False)
    due_at = story.row["due_at"]
    told = due_at.isoformat() if due_at else None
    if story.mirror and not story.happenings:
        facts = {"batch": story.source.batch_id, "state": str(State.RECEIVED)}
        story.tell(EventKind.IMPORTED, at, Actor(None, story.source.name), facts=facts)
        story.row["state"] = State.RECEIVED
        return
    clerk = story.receiving.staff.clerk
    story.row["received_by_id"] = None if story.mirror else clerk.user_id
    story.step(
        EventKind.RECEIVED, at, State.RECEIVED, clerk,
        facts={"procedure": story.service.code, "channel": story.channel.value, "due_at": told},
        said={"accepted_at": [None, at.isoformat()], "due_at": [None, told]},
    )  # fmt: skip


def _promise(story: Story, at: dt.datetime) -> None:
    limit = story.service.limit(story.channel)
    deadline = reckon(at, limit, story.resolving.calendar, with_steps=False)
    if not story.mirror:
        due_at = deadline.due_at
        story.row |= {
            "limit_amount": limit.amount, "limit_unit": limit.unit, "due_provisional": deadline.provisional,
        }  # fmt: skip
    elif story.chance(_NO_PROMISE):
        return
    else:
        due_at = deadline.due_at
        if limit.amount >= 3 and story.chance(_PROMISED_ON_A_DAY_OFF):
            due_at = _next_day_off(story, due_at)
        story.row["due_given"] = True
    put_due(story, due_at)
    story.row["first_due_at"] = due_at


def put_due(story: Story, due_at: dt.datetime) -> None:
    """Let a dossier be due at a moment."""
    calendar = story.resolving.calendar
    late = late_from(due_at, limit_is_hour=is_hour_limit(story))
    story.row |= {
        "due_at": due_at, "due_on": due_at.date(), "current_due_at": due_at, "late_from": late,
        "overdue_from": late, "due_on_day_off": not calendar.is_working_day(due_at.date()),
    }  # fmt: skip


def is_hour_limit(story: Story) -> bool:
    """Whether lateness goes by the moment; a promise taken as given goes by the date."""
    return not story.mirror and story.service.limit(story.channel).is_hour_limit


def _next_day_off(story: Story, due_at: dt.datetime) -> dt.datetime:
    while story.resolving.calendar.is_working_day(due_at.date()):
        due_at += dt.timedelta(days=1)
    return due_at
