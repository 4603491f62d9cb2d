"""The page on which a clock is held or goes on; the same for a look and for a refused act."""

import datetime as dt
from collections.abc import Sequence

from flask import render_template
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.domain.handovers import handing_for
from tthc_tracker.domain.lifecycle import Action, State, allowed_actions
from tthc_tracker.domain.pausing import PauseReason, on_last_day, ruling
from tthc_tracker.queries import dossiers, handovers, onlinequeue, pauses, procedures, promises
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.queries.dossiers import DossierView
from tthc_tracker.queries.procedures import RequiredPaper
from tthc_tracker.queries.successions import promised_by
from tthc_tracker.web.access import rights_on
from tthc_tracker.web.pausing.forms import FORMS, AskForm, PauseForm
from tthc_tracker.wording import online as online_words
from tthc_tracker.wording import pausing as words
from tthc_tracker.wording import standings


def required_papers(session: Session, view: DossierView) -> list[RequiredPaper]:
    """The papers of the procedure in the version of this dossier."""
    return procedures.papers_of(session, view.dossier.procedure_version_id)


def render(
    session: Session,
    view: DossierView,
    now: dt.datetime,
    *,
    refused: PauseForm | None = None,
    errors: Sequence[str] = (),
) -> str:
    """The page; `refused` is a form that could not be carried out, with everything typed still in it."""
    dossier, held = view.dossier, pauses.of_dossier(session, view.dossier.id)
    asked = onlinequeue.requests(session, dossier.id)
    rules = {one: pauses.rule_for(session, dossier.procedure_id, one, now.date()) for one in PauseReason}
    lasts = rules[PauseReason.SUPPLEMENT].lasts_days
    open_one = held[-1] if held and held[-1].ended_at is None else None
    return render_template(
        "pausing/dossier.html",
        view=view,
        dossier=dossier,
        badge=standings.BADGES[view.standing(now)],
        forms=_forms(session, view, now, refused, asked=len(asked), lasts=lasts),
        refused=refused,
        errors=errors,
        required=required_papers(session, view),
        open_one=open_one,
        ended=[one for one in held if one.ended_at is not None],
        projected=projected(session, view, now) if open_one else None,
        warnings=[] if open_one else warnings(session, view, now),
        rules=rules,
        stopped=dossier.state is State.STOPPED,
        words=words,
        now=now,
    )


def projected(session: Session, view: DossierView, now: dt.datetime) -> dt.datetime | None:
    """The promise if the open pause ended now; None where it moves none."""
    try:
        explained = promises.explained(session, view.dossier, now)
    except CalendarHorizonError:
        return None
    return explained.deadline.current_due_at if explained and explained.deadline.projected else None


def warnings(session: Session, view: DossierView, now: dt.datetime) -> list[str]:
    """What whoever is about to pause this dossier has to know before."""
    dossier, said = view.dossier, []
    accepted_at, due_at, late_from = dossier.accepted_at, dossier.due_at, dossier.late_from
    if accepted_at is None or due_at is None or late_from is None or dossier.closed_at is not None:
        return []
    if late_from <= now:
        return [words.TOO_LATE]
    if on_last_day(accepted_at, now, due_at, late_from):
        said.append(words.LAST_DAY)
    rule = pauses.rule_for(session, dossier.procedure_id, PauseReason.SUPPLEMENT, now.date())
    try:
        ruled = ruling(rule, accepted_at, now, work_calendar(session, promised_by(session, dossier)))
    except CalendarHorizonError:
        return said
    if ruled.asked_late:
        said.append(words.ASKED_LATE.format(days=rule.restart_within))
    return said


def _forms(
    session: Session,
    view: DossierView,
    now: dt.datetime,
    refused: PauseForm | None,
    *,
    asked: int,
    lasts: int,
) -> dict[str, PauseForm]:
    """The forms this person may use now; a refused one takes its place again."""
    allowed = _allowed(session, view, now)
    forms: dict[str, PauseForm] = {
        kind.name: refused if isinstance(refused, kind) else kind(formdata=None)
        for kind in FORMS
        if view.dossier.accepted_at is not None and not kind.actions.isdisjoint(allowed)
    }
    for form in forms.values():
        form.version.data, form.version.raw_data = view.dossier.version, None
    ask = forms.get(AskForm.name)
    if isinstance(ask, AskForm) and ask is not refused:
        ask.basis.data = online_words.basis(view.procedure_code)
        ask.reply_by.data = now.date() + dt.timedelta(days=lasts)
    if isinstance(ask, AskForm) and not asked:
        del ask.again_because
    return forms


def _allowed(session: Session, view: DossierView, now: dt.datetime) -> tuple[Action, ...]:
    waiting = handovers.standing_on(session, view.dossier.id)
    underway = waiting.underway if waiting else None
    handing = handing_for(underway, current_user.user_id, current_user.memberships)
    circumstances = dossiers.circumstances_of(session, view.dossier, now, handing)
    return allowed_actions(view.dossier.state, rights_on(view.dossier.code), circumstances=circumstances)
