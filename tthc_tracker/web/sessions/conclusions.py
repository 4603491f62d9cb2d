"""The session of a quarter with its conclusions, and one conclusion: noted, moved, carried out."""

import secrets
from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.domain import periods
from tthc_tracker.domain.errors import ConflictingSubmission, InvalidInput, StaleVersion
from tthc_tracker.domain.periods import Period, parse_period
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import conclusions as reads
from tthc_tracker.queries import filtering
from tthc_tracker.queries.indicators import period_asked
from tthc_tracker.services import conclusions, indicators
from tthc_tracker.web.access import requires
from tthc_tracker.web.forms import RELOAD, show, whole
from tthc_tracker.web.sessions.blueprint import blueprint
from tthc_tracker.web.sessions.forms import ConclusionForm, DoneForm, MoveForm
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import conclusions as words
from tthc_tracker.wording.statistics import period_days, period_name


@blueprint.get("")
@requires(Permission.VIEW_REPORTS)
def session() -> ResponseReturnValue:
    """The conclusions of a quarter's session, its report, and the form of a new conclusion."""
    form = ConclusionForm(formdata=None)
    form.submission_key.data = secrets.token_hex(16)
    return _index(form)


@blueprint.post("/ket-luan")
@requires(Permission.ENTER_INDICATORS)
def note() -> ResponseReturnValue:
    """Put a conclusion down."""
    form = ConclusionForm()
    if not form.validate_on_submit():
        return _index(form), 422
    command = form.to_command(indicators.enters_for(current_user)[0], asked())
    try:
        with transaction() as unit:
            conclusions.note(unit, command, person=current_user, now=clock.now())
    except InvalidInput as fault:
        status = show(form, fault)
        return _index(form), status
    except ConflictingSubmission:
        form.form_errors.append(RELOAD)
        return _index(form), 409
    flash(words.NOTED, "success")
    return redirect(url_for("sessions.session", period=asked().key), 303)


@blueprint.get("/ket-luan/<code>")
@requires(Permission.VIEW_REPORTS)
def conclusion(code: str) -> ResponseReturnValue:
    """One conclusion, and what may be done about it."""
    return _show(whole(code) or 0)


@blueprint.post("/ket-luan/<int:conclusion_id>/xong")
@requires(Permission.ENTER_INDICATORS)
def done(conclusion_id: int) -> ResponseReturnValue:
    """It has been carried out."""
    form, now = DoneForm(), clock.now()

    def verb(unit: Session) -> None:
        conclusions.finish(
            unit, conclusion_id, form.done_on.data, form.note.data or "", version=form.version.data or 0,
            person=current_user, now=now,
        )  # fmt: skip

    return _carry_out(conclusion_id, form, verb, words.ENDED)


@blueprint.post("/ket-luan/<int:conclusion_id>/doi-han")
@requires(Permission.ENTER_INDICATORS)
def move(conclusion_id: int) -> ResponseReturnValue:
    """It gets another day."""
    form, now = MoveForm(), clock.now()

    def verb(unit: Session) -> None:
        conclusions.move(
            unit, conclusion_id, form.due_on.data, form.reason.data or "", version=form.version.data or 0,
            person=current_user, now=now,
        )  # fmt: skip

    return _carry_out(conclusion_id, form, verb, words.MOVED)


def asked() -> Period:
    """The quarter of the address, or the last one that has ended."""
    return period_asked(request.args.get("period", ""), clock.now().date())


def _carry_out(
    conclusion_id: int, form: DoneForm | MoveForm, verb: Callable[[Session], None], said: str
) -> ResponseReturnValue:
    known = reads.find(reading(), conclusion_id, current_user.scope, clock.now().date())
    if not form.validate_on_submit():
        return _show(known.id, form), 422
    try:
        with transaction() as unit:
            verb(unit)
    except (InvalidInput, StaleVersion) as fault:
        status = show(form, fault)
        return _show(known.id, form), status
    flash(said, "success")
    return redirect(url_for("sessions.conclusion", code=known.code), 303)


def _index(form: ConclusionForm) -> str:
    period, unit = asked(), reading()
    found = reads.listed(
        unit, current_user.scope, clock.now().date(), period_key=period.key,
        after=whole(request.args.get("after")),
    )  # fmt: skip
    shown, owner = found[: reads.PAGE], form.owner.data or ""
    previous, following = periods.previous(period), periods.following(period)
    begun = following.start <= clock.now().date()
    return render_template(
        "sessions/session.html",
        conclusions=shown, form=form if indicators.enters_for(current_user) else None, words=words,
        next_url=url_for("sessions.session", period=period.key, after=shown[-1].id)
        if len(found) > reads.PAGE else None,
        period=period, period_name=period_name(period), period_days=period_days(period),
        previous_url=url_for("sessions.session", period=previous.key),
        following_url=url_for("sessions.session", period=following.key) if begun else None,
        owner_text=filtering.agency_name(unit, owner) if owner else "", now=clock.now(),
    )  # fmt: skip


def _show(conclusion_id: int, refused: FlaskForm | None = None) -> str:
    now, unit = clock.now(), reading()
    known = reads.find(unit, conclusion_id, current_user.scope, now.date())
    done_form = refused if isinstance(refused, DoneForm) else DoneForm(formdata=None)
    move_form = refused if isinstance(refused, MoveForm) else MoveForm(formdata=None)
    if refused is None:
        done_form.done_on.data = now.date()
    period, open_ = parse_period(known.period_key), known.done_on is None
    may = conclusions.may_finish
    return render_template(
        "sessions/conclusion.html",
        one=known, period_name=period_name(period) if period else known.period_key, words=words, now=now,
        done=done_form if open_ and may(unit, current_user, known.owner_id, known.agency_id) else None,
        move=move_form if open_ and may(unit, current_user, known.agency_id) else None, refused=refused,
    )  # fmt: skip
