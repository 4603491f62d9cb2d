"""The page of an answer, put together from reads; the same for a look and for a refused answer."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask import render_template
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.domain.lifecycle import State, allowed_actions
from tthc_tracker.domain.people import listed_name, mask_id, mask_phone
from tthc_tracker.domain.permissions import Permission, permissions_on
from tthc_tracker.queries import dossiers, onlinequeue, procedures
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.queries.dossiers import DossierView
from tthc_tracker.queries.onlinequeue import Asked
from tthc_tracker.queries.procedures import RequiredPaper
from tthc_tracker.queries.scoping import subtree
from tthc_tracker.web.access import rights_on
from tthc_tracker.web.online.forms import FORMS, AnswerForm, AskForm
from tthc_tracker.web.promises import promise
from tthc_tracker.wording import online as words

SUPPLEMENT_DAYS = 10
"""Working days that the form proposes to an applicant; the clerk may choose any day."""


def required_papers(session: Session, view: DossierView) -> list[RequiredPaper]:
    """The papers of the procedure in the version of this dossier."""
    return procedures.papers_of(session, view.dossier.procedure_version_id)


def render(
    session: Session,
    view: DossierView,
    now: dt.datetime,
    *,
    refused: AnswerForm | None = None,
    errors: Sequence[str] = (),
) -> str:
    """The page; `refused` is a form that could not be carried out, with everything typed still in it."""
    dossier, required = view.dossier, required_papers(session, view)
    asked = onlinequeue.requests(session, dossier.id)
    forms = _forms(session, view, now, refused, asked)
    calendar = work_calendar(session, view.receiving.id)
    urgency, minutes = onlinequeue.clock(calendar, dossier, now)
    waiting = dossier.state is not State.REGISTERED
    return render_template(
        "online/answer.html",
        view=view,
        dossier=dossier,
        person=_applicant(view),
        forms=forms,
        refused=refused,
        errors=errors,
        required=required,
        asked=asked,
        handed_in=dossiers.components(session, dossier.id),
        waiting=waiting,
        overdue_reply=waiting and bool(asked) and asked[0].reply_by < now.date(),
        badge=words.badge(urgency, minutes) if not waiting else None,
        source=onlinequeue.at_source(session, dossier),
        promise=None if view.mirrored else _promise(session, view, now),
        titles=words.TITLES,
        now=now,
    )


def _promise(session: Session, view: DossierView, now: dt.datetime) -> Any:
    at = now.replace(second=0, microsecond=0)
    case_code = view.dossier.case_code
    return promise(session, view.procedure_code, view.dossier.channel, view.resolving.id, at, case_code)


def _forms(
    session: Session,
    view: DossierView,
    now: dt.datetime,
    refused: AnswerForm | None,
    asked: Sequence[Asked],
) -> dict[str, AnswerForm]:
    """The forms this person may use now; a refused one takes its place again."""
    at_its_desk = permissions_on(
        current_user.memberships, {view.receiving.id}, lambda agency: subtree(session, agency)
    )
    circumstances = dossiers.circumstances_of(session, view.dossier, now)
    allowed = allowed_actions(view.dossier.state, at_its_desk, circumstances=circumstances)
    forms: dict[str, AnswerForm] = {
        kind.action.value: refused if isinstance(refused, kind) else kind(formdata=None)
        for kind in FORMS
        if kind.action in allowed and view.dossier.accepted_at is None
    }
    for form in forms.values():
        form.version.data, form.version.raw_data = view.dossier.version, None
    ask = forms.get(AskForm.action.value)
    if isinstance(ask, AskForm) and ask is not refused:
        ask.basis.data = words.basis(view.procedure_code)
        ask.reply_by.data = _reply_by(session, view, now.date())
    if isinstance(ask, AskForm) and not asked:
        del ask.again_because
    return forms


def _reply_by(session: Session, view: DossierView, today: dt.date) -> dt.date | None:
    try:
        return work_calendar(session, view.receiving.id).nth_working_day_after(today, SUPPLEMENT_DAYS)
    except CalendarHorizonError:
        return None  # the clerk chooses


def _applicant(view: DossierView) -> dict[str, Any]:
    """Who filed it; his numbers are shown in full on the dossier's page alone, which notes who saw them."""
    personal, party = Permission.VIEW_PERSONAL in rights_on(view.dossier.code), view.applicant
    return {
        "name": party.full_name if personal else listed_name(party.full_name, party.kind),
        "id_number": party.id_number and mask_id(party.id_number),
        "phone": party.phone and mask_phone(party.phone),
        "has_email": bool(party.email),
    }
