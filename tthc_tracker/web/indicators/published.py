"""What portals publish beside our own rate, and which rule of counting gives theirs."""

import secrets

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.errors import ConflictingSubmission, InvalidInput
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import filtering
from tthc_tracker.queries import publishedfigures as reads
from tthc_tracker.queries.publishedfigures import Published
from tthc_tracker.services import indicators, publishedfigures
from tthc_tracker.web.access import requires
from tthc_tracker.web.forms import RELOAD, show
from tthc_tracker.web.indicators import pages
from tthc_tracker.web.indicators.blueprint import blueprint
from tthc_tracker.web.indicators.forms import PublishedForm
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import publishedfigures as words
from tthc_tracker.wording.indicators import rate_sentence


@blueprint.get("/so-cong-bo")
@requires(Permission.VIEW_REPORTS)
def published() -> ResponseReturnValue:
    """The published rates of a quarter beside ours under each rule."""
    form = PublishedForm(formdata=None)
    form.submission_key.data, form.seen_on.data = secrets.token_hex(16), clock.now().date()
    return _show(form)


@blueprint.post("/so-cong-bo")
@requires(Permission.ENTER_INDICATORS)
def note_published() -> ResponseReturnValue:
    """Put down what a portal shows."""
    form = PublishedForm()
    if not form.validate_on_submit():
        return _show(form), 422
    try:
        with transaction() as session:
            command = form.to_command(pages.quarter_asked())
            publishedfigures.note(session, command, person=current_user, now=clock.now())
    except InvalidInput as fault:
        status = show(form, fault)
        return _show(form), status
    except ConflictingSubmission:
        form.form_errors.append(RELOAD)
        return _show(form), 409
    flash(words.NOTED, "success")
    return redirect(url_for("indicators.published", period=pages.quarter_asked().key), 303)


def _show(form: PublishedForm) -> str:
    period, session = pages.quarter_asked(), reading()
    agency = form.agency.data or ""
    return render_template(
        "indicators/published.html",
        form=form if indicators.enters_for(current_user) else None, told=_told, rule=words.rule,
        sentence=lambda name, rate: rate_sentence(name, rate.num, rate.den, rate.percent, period),
        figures=reads.of_period(session, current_user.scope, period, clock.now()),
        agency_text=filtering.agency_name(session, agency) if agency else "",
        **pages.around(period, "indicators.published"),
    )  # fmt: skip


def _told(one: Published) -> str:
    """What explains the difference, in a sentence."""
    same = [ours for ours in one.ours if one.nearest and ours.rate == one.nearest.rate]
    nearest = " hoặc ".join(words.rule(ours.second, ours.without) for ours in same)
    return words.told(one.gap, nearest, bool(one.num_gap or one.den_gap), one.num_gap, one.den_gap)
