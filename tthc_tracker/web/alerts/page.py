"""The page of one alert; the same for a look and for a refused answer."""

import datetime as dt
import secrets
from collections.abc import Sequence

from flask import render_template, request
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker.domain.alerting import DEEDS
from tthc_tracker.domain.errors import NotFound
from tthc_tracker.domain.lifecycle import Action, allowed_actions
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import alerts as reads
from tthc_tracker.queries import alerttakers, dossiers, listing
from tthc_tracker.queries.alerts import AlertView
from tthc_tracker.web.access import local_path, rights_on
from tthc_tracker.web.alerts.forms import AcknowledgeForm, AlertForm, DisputeForm, HandForm, SnoozeForm
from tthc_tracker.web.forms import whole
from tthc_tracker.wording import alertanswers, alertlists, alerts
from tthc_tracker.wording.columns import See


def find(session: Session, code: str, now: dt.datetime) -> AlertView:
    """The alert of that number, if it concerns the reader or stands where he supervises.

    Raises:
        NotFound: else.
    """
    supervises = Permission.VIEW_SUPERVISION in current_user.permissions
    found = reads.view(session, whole(code) or 0, current_user.user_id, now)
    if found is None or not (found.mine or (supervises and current_user.scope.sees([found.agency_id]))):
        raise NotFound(code)
    return found


def render(
    session: Session,
    view: AlertView,
    now: dt.datetime,
    *,
    refused: AlertForm | None = None,
    errors: Sequence[str] = (),
) -> str:
    """The page; `refused` is a form that could not be carried out, with everything typed still in it."""
    see = See.at(now, listing.stale_before(session, now))
    return render_template(
        "alerts/show.html",
        view=view,
        line=view.line,
        shape=alertlists.SHAPES.get(view.line.rule, "missing"),
        what=alerts.lateness(view.line, now.date(), view.line.minutes_late),
        about=alertlists.about(view.line),
        state=alertlists.state(view.line, now.date()),
        fresh=alertlists.fresh(view.line, see),
        severity=alerts.SEVERITIES[view.line.severity],
        is_deed=view.line.rule in DEEDS,
        forms=_forms(session, view, now, refused),
        refused=refused,
        errors=[*errors, *(refused.form_errors if refused else ())],
        words=alertanswers,
        lists=alertlists,
        back=local_path(request.form.get("back")) or "",
        submission_key=secrets.token_hex(16),
        now=now,
    )


def _forms(
    session: Session, view: AlertView, now: dt.datetime, refused: AlertForm | None
) -> dict[str, AlertForm]:
    """The forms this person may use now; a refused one takes its place again."""
    kinds: list[type[AlertForm]] = []
    if view.mine and view.closed_at is None and Permission.ACKNOWLEDGE_ALERTS in current_user.permissions:
        kinds.append(AcknowledgeForm)
        if not view.snoozed and (view.line.rung == 0 or view.climbed):
            kinds.append(SnoozeForm)
        kinds.append(HandForm)
    if version := _disputed_version(session, view, now):
        kinds.append(DisputeForm)
    forms = {kind.name: kind(formdata=None) for kind in kinds}
    if refused is not None and refused.name in forms:
        forms[refused.name] = refused
    for form in forms.values():
        if isinstance(form, HandForm):
            scope = current_user.scope
            form.offer(alerttakers.takers(session, view.agency_id, scope, but=current_user.user_id))
        if isinstance(form, DisputeForm):
            form.version.data, form.version.raw_data = version, None
    return forms


def _disputed_version(session: Session, view: AlertView, now: dt.datetime) -> int:
    """The version of the dossier, where this person may say that it is resolved; 0 where not."""
    code = view.dossier_code
    if code is None or view.closed_at is not None or view.line.resolved_on is not None:
        return 0
    if Permission.DISPUTE_SOURCE not in current_user.permissions:
        return 0
    try:
        seen = dossiers.find(session, code, current_user.scope)
    except NotFound:
        return 0
    dossier = seen.dossier
    circumstances = dossiers.circumstances_of(session, dossier, now)
    allowed = allowed_actions(dossier.state, rights_on(code), circumstances=circumstances)
    return dossier.version if Action.DISPUTE in allowed else 0
