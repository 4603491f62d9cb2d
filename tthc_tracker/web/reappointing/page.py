"""The page of a dossier's apology and lateness; the same for a look and for a refused act."""

import datetime as dt
from collections.abc import Sequence

from flask import render_template
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker.domain.apologies import ApologyState, decides
from tthc_tracker.domain.lifecycle import Action, allowed_actions
from tthc_tracker.queries import apologies, dossiers, outages
from tthc_tracker.queries.apologies import ApologyView
from tthc_tracker.queries.dossiers import DossierView
from tthc_tracker.services.lateness import is_late
from tthc_tracker.web.access import may_open, rights_on
from tthc_tracker.web.reappointing.forms import DECIDING, DRAFTING, ApologyForm, DraftForm, LatenessForm
from tthc_tracker.wording import apologies as words
from tthc_tracker.wording import standings


def render(
    session: Session,
    view: DossierView,
    now: dt.datetime,
    *,
    refused: ApologyForm | None = None,
    errors: Sequence[str] = (),
) -> str:
    """The page; `refused` is a form that could not be carried out, with everything typed still in it."""
    dossier, written = view.dossier, apologies.of_dossier(session, view.dossier.id)
    standing = next((one for one in written if one.state is not ApologyState.REJECTED), None)
    late, explained = is_late(dossier, now), apologies.lateness_of(session, dossier.id)
    window = apologies.window_of(session, dossier)
    return render_template(
        "reappointing/dossier.html",
        view=view,
        dossier=dossier,
        badge=standings.BADGES[view.standing(now)],
        forms=_forms(session, view, standing, now, refused, late=late),
        refused=refused,
        errors=errors,
        standing=standing,
        rejected=[one for one in written if one.state is ApologyState.REJECTED],
        explained=explained,
        late=late,
        window=window,
        too_short=window is None and view.limit is not None,
        after_signing=window is not None and now > window.sign_by,
        outages=outages.of_dossier(session, dossier, now) if late else [],
        may_print=may_open("reappointing.letter"),
        words=words,
    )


def _forms(
    session: Session,
    view: DossierView,
    standing: ApologyView | None,
    now: dt.datetime,
    refused: ApologyForm | None,
    *,
    late: bool,
) -> dict[str, ApologyForm]:
    """The forms this person may use now; a refused one takes its place again."""
    dossier = view.dossier
    allowed = _allowed(session, view, now)
    drafted = standing is not None and standing.state is ApologyState.DRAFT
    kinds = (*(DECIDING if drafted else DRAFTING), *((LatenessForm,) if late else ()))
    signs = decides(current_user.memberships, view.resolving.id, dossier.holding_unit_id)
    heads = {Action.APPROVE_APOLOGY, Action.REJECT_APOLOGY}
    forms = {
        kind.name: refused if isinstance(refused, kind) and type(refused) is kind else kind(formdata=None)
        for kind in kinds
        if kind.action in allowed and (signs or kind.action not in heads)
    }
    for form in forms.values():
        form.version.data, form.version.raw_data = dossier.version, None
        if form is not refused:
            _fill(session, view, form, standing, now)
    return forms


def _fill(
    session: Session, view: DossierView, form: ApologyForm, standing: ApologyView | None, now: dt.datetime
) -> None:
    """What a form begins with: the draft as it stands, or what the engine proposes."""
    if isinstance(form, LatenessForm):
        explained = apologies.lateness_of(session, view.dossier.id)
        if explained is not None:
            form.cause.data, form.note.data = explained.cause.value, explained.note
    elif isinstance(form, DraftForm):
        due_at = standing.due_at if standing else apologies.proposal(session, view.dossier, now)
        form.due_at.data = due_at.replace(tzinfo=None) if due_at else None
        if standing is not None:
            form.reason.data = standing.reason
            form.cause.data = standing.cause.value if standing.cause else form.cause.data


def _allowed(session: Session, view: DossierView, now: dt.datetime) -> tuple[Action, ...]:
    circumstances = dossiers.circumstances_of(session, view.dossier, now)
    return allowed_actions(view.dossier.state, rights_on(view.dossier.code), circumstances=circumstances)
