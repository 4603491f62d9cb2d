"""The rules of alerts: as an agency has them, what a change would do, and the change."""

from dataclasses import replace

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.alerting import Rule
from tthc_tracker.domain.alertrules import RuleTerms
from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import agencies
from tthc_tracker.queries import alertrules as reads
from tthc_tracker.queries.alertrules import Kept, Proposal
from tthc_tracker.services import alertforetelling, alertrules
from tthc_tracker.services.alertforetelling import Foretold
from tthc_tracker.services.alertrules import SetTerms
from tthc_tracker.web.access import requires
from tthc_tracker.web.alertrules.forms import TermsForm
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import alertrules as words

blueprint = Blueprint("alertrules", __name__, url_prefix="/quy-tac-canh-bao")


@blueprint.get("")
@requires(Permission.MANAGE_ALERT_RULES)
def index() -> ResponseReturnValue:
    """Every rule as one agency has it, and who set it."""
    session, now = reading(), clock.now()
    agency = agency_of(request.args.get("agency", ""))
    return render_template(
        "alertrules/index.html",
        rules=reads.all_kept(session, agency.id, now.date()), agency=agency, words=words,
        spreading=reads.spreading(session),
    )  # fmt: skip


@blueprint.get("/<code>/<rule>")
@requires(Permission.MANAGE_ALERT_RULES)
def edit(code: str, rule: str) -> ResponseReturnValue:
    """The terms of one rule at an agency."""
    kept = reads.kept(reading(), _rule(rule), agency_of(code).id, clock.now().date())
    return _form(code, kept, TermsForm.of(kept.rule, kept.terms))


@blueprint.post("/<code>/<rule>")
@requires(Permission.MANAGE_ALERT_RULES)
def save(code: str, rule: str) -> ResponseReturnValue:
    """Show what a change would do; do it when somebody says so after having seen that."""
    kept = reads.kept(reading(), _rule(rule), agency_of(code).id, clock.now().date())
    form = TermsForm.typed(kept.rule, request.form)
    try:
        terms = None if request.form.get("inherit") else alertrules.checked(kept.rule, form.terms())
        if request.form.get("step") != "save":
            return _foretold(code, kept, form, terms)
        _set(SetTerms(kept.rule, code, terms))
    except InvalidInput as fault:
        return _form(code, kept, replace(form, errors={fault.field: fault.message})), 422
    flash(words.SAVED, "success")
    return redirect(url_for("alertrules.index", agency=code), 303)


def _foretold(code: str, kept: Kept, form: TermsForm, terms: RuleTerms | None) -> str:
    proposal = Proposal(kept.rule, agency_of(code).id, terms)
    every = request.form.get("step") == "list"
    most = alertforetelling.MOST_LISTED if every else alertforetelling.MOST_ROWS
    told = alertforetelling.foretell(reading(), proposal, clock.now(), most=most)
    return _form(code, kept, form, told=told, dropping=terms is None)


def _set(command: SetTerms) -> None:
    with transaction() as session:
        alertrules.set_terms(session, command, person=current_user, now=clock.now())


def _rule(name: str) -> Rule:
    return Rule(name) if name in set(Rule) else abort(404)


def agency_of(code: str) -> agencies.AgencyPage:
    """An agency whose rules this person may set; without a code the one where he does."""
    session = reading()
    mine = alertrules.set_by(session, current_user)
    if not code:
        homes = [m.agency_id for m in current_user.memberships if m.agency_id in mine]
        code = agencies.codes(session)[homes[0]]
    page = agencies.agency_page(session, code)
    return page if page is not None and page.id in mine else abort(404)


def _form(
    code: str, kept: Kept, form: TermsForm, *, told: Foretold | None = None, dropping: bool = False
) -> str:
    above: RuleTerms = reads.inherited(reading(), kept.rule, agency_of(code).id, clock.now().date()).terms
    return render_template(
        "alertrules/form.html",
        agency=agency_of(code), kept=kept, form=form, told=told, dropping=dropping, above=above, words=words,
        most_listed=alertforetelling.MOST_LISTED,
    )  # fmt: skip
