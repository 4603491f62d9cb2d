"""The terms of personal data and what is due by them; nothing is erased from here (flask retention run)."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import retention as reads
from tthc_tracker.services import retention, wholerules
from tthc_tracker.web.access import requires
from tthc_tracker.web.forms import show
from tthc_tracker.web.retention.forms import RuleForm
from tthc_tracker.web.unit_of_work import reading, transaction

blueprint = Blueprint("retention", __name__, url_prefix="/luu-tru")


@blueprint.get("")
@requires(Permission.VIEW_OPERATIONS)
def index() -> ResponseReturnValue:
    """The terms, and by procedure how much an erasure would take today."""
    session, now = reading(), clock.now()
    return render_template(
        "retention/index.html",
        rules=reads.rules(session, now.date()), due=reads.due(session, now.date()), now=now,
        may_set=Permission.MANAGE_CATALOGUE in current_user.permissions
        and wholerules.may_set(session, current_user),
    )  # fmt: skip


@blueprint.get("/dat")
@requires(Permission.MANAGE_CATALOGUE)
def rule_form() -> ResponseReturnValue:
    """A term to be set."""
    form = RuleForm(formdata=None, valid_from=clock.now().date())
    return render_template("retention/rule_form.html", form=form)


@blueprint.post("/dat")
@requires(Permission.MANAGE_CATALOGUE)
def set_rule() -> ResponseReturnValue:
    """Put a term into force from a day on."""
    form = RuleForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                retention.set_rule(session, form.to_command(), person=current_user, now=clock.now())
            flash("Đã đặt thời hạn lưu.", "success")
            return redirect(url_for("retention.index"), 303)
        except InvalidInput as fault:
            show(form, fault)
    return render_template("retention/rule_form.html", form=form), 422
