"""Which acts a list offers for several rows, and the verb that carries one of them out on a row."""

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from tthc_tracker.domain.handovers import Direction
from tthc_tracker.domain.lifecycle import Action
from tthc_tracker.queries.mywork import Tab
from tthc_tracker.services import handovers, processing, reassigning, release, steps
from tthc_tracker.services.acting import Person, Target
from tthc_tracker.services.handovers import ConfirmHandover, SendBack, TakeBack
from tthc_tracker.services.processing import AssignDossier, HandOverDossier
from tthc_tracker.services.release import ConfirmResult
from tthc_tracker.services.steps import NextStep
from tthc_tracker.web import selection

WHOLE_AGENCY, NO_UNIT = 0, -1  # choices of where to hand over to that are no unit
FIELDS = ("phong", "can-bo", "ly-do")
_OF_PAPERS = (Action.ASSIGN, Action.HAND_OVER, Action.NEXT_STEP, Action.SEND_BACK)

Verb = Callable[[Session, Target], Any]


def offered(tab: Tab) -> tuple[Action, ...]:
    """The acts on several rows of a list."""
    if tab is Tab.TO_CONFIRM:
        return (Action.CONFIRM_HANDOVER,)
    if tab is Tab.SENT:
        return (Action.TAKE_BACK,)
    return tuple(act for act in _OF_PAPERS if tab is not Tab.AT_DESK or act is not Action.SEND_BACK)


def action_of(text: str) -> Action | None:
    """The act that a button names, if several rows may be given to it."""
    allowed = {Action.CONFIRM_HANDOVER, Action.TAKE_BACK, *_OF_PAPERS}
    return Action(text) if text in allowed else None


def verb(action: Action, form: Mapping[str, str], person: Person, now: dt.datetime) -> Verb:
    """What to do with one row; the fields of the form hold for all rows."""
    note, unit, officer = form.get("ly-do", "")[:500], _whole(form.get("phong")), _whole(form.get("can-bo"))
    by_action: dict[Action, tuple[Callable[..., Any], Callable[[Target], Any]]] = {
        Action.ASSIGN: (
            partial(reassigning.assign, batch=selection.key_of(form)),
            lambda target: AssignDossier(target, unit, officer, note),
        ),
        Action.HAND_OVER: (
            processing.hand_over,
            lambda target: HandOverDossier(target, None if unit == WHOLE_AGENCY else unit or NO_UNIT, note),
        ),
        Action.NEXT_STEP: (steps.next_step, lambda target: NextStep(target, note)),
        Action.SEND_BACK: (handovers.send_back, lambda target: SendBack(target, note)),
        Action.TAKE_BACK: (handovers.take_back, lambda target: TakeBack(target, note)),
    }
    if action is Action.CONFIRM_HANDOVER:
        domain = current_app.config["SETTINGS"].mail_domain
        return partial(_confirm, person=person, now=now, mail_domain=domain)
    done, command = by_action[action]
    return lambda session, target: done(session, command(target), person=person, now=now)


def _confirm(session: Session, target: Target, *, person: Person, now: dt.datetime, mail_domain: str) -> None:
    """Papers or a result, whichever is on its way: on paper it is one pile."""
    if handovers.direction_of(session, target.code) is Direction.RESULT:
        release.confirm_result(
            session, ConfirmResult(target), person=person, now=now, mail_domain=mail_domain
        )
    else:
        handovers.confirm(session, ConfirmHandover(target), person=person, now=now)


def _whole(text: str | None) -> int | None:
    given = text or ""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 16 else None
