"""The catalogue of pause rules: read by everybody, set by administrators of all agencies."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.pausing import PauseReason
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import pauses
from tthc_tracker.services import pauserules, wholerules
from tthc_tracker.web.access import requires
from tthc_tracker.web.forms import show
from tthc_tracker.web.pausing.blueprint import blueprint
from tthc_tracker.web.pausing.forms import RuleForm
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import pausing as words


@blueprint.get("/danh-muc/tam-dung")
@requires(Permission.VIEW_CATALOGUE)
def rules() -> ResponseReturnValue:
    """Every rule: what holds now, what did, what will."""
    lines = pauses.rules(reading(), clock.now().date())
    may_set = wholerules.may_set(reading(), current_user)
    return render_template("pausing/rules.html", lines=lines, words=words, may_set=may_set)


@blueprint.get("/danh-muc/tam-dung/dat")
@requires(Permission.MANAGE_CATALOGUE)
def rule_form() -> ResponseReturnValue:
    """A rule to be set; begins with what holds now for its reason."""
    asked = request.args.get("ly-do", "")
    reason = PauseReason(asked) if asked in set(PauseReason) else PauseReason.SUPPLEMENT
    known = pauses.rule_for(reading(), 0, reason, clock.now().date())
    form = RuleForm(formdata=None, obj=known, valid_from=clock.now().date())
    form.reason.data, form.policy.data = known.reason.value, known.policy.value
    return render_template("pausing/rule_form.html", form=form)


@blueprint.post("/danh-muc/tam-dung/dat")
@requires(Permission.MANAGE_CATALOGUE)
def set_rule() -> ResponseReturnValue:
    """Put a rule into force from a day on."""
    form = RuleForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                pauserules.set_rule(session, form.to_command(), person=current_user, now=clock.now())
            flash("Đã đặt quy tắc tạm dừng.", "success")
            return redirect(url_for("pausing.rules"), 303)
        except InvalidInput as fault:
            show(form, fault)
    return render_template("pausing/rule_form.html", form=form), 422
