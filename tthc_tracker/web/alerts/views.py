"""The list behind the bell, and the acknowledgement of one alert."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.alerting import Rule
from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import alerts
from tthc_tracker.queries.alerts import Shown
from tthc_tracker.services.alerts import AcknowledgeAlert, acknowledge
from tthc_tracker.web.access import local_path, requires
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import alerts as words

blueprint = Blueprint("alerts", __name__, url_prefix="/canh-bao")


@dataclass(frozen=True)
class Chosen:
    """What the list is narrowed to, as its address says."""

    shown: Shown
    rule: Rule | None
    after: str

    @classmethod
    def of(cls, args: Mapping[str, str]) -> "Chosen":
        """What cannot be read narrows nothing."""
        shown, rule = args.get("state", ""), args.get("rule", "")
        return cls(
            Shown(shown) if shown in set(Shown) else Shown.OPEN,
            Rule(rule) if rule in set(Rule) else None,
            args.get("after", "")[:200],
        )

    def url(self, *, shown: Shown | None = None, rule: Rule | None = None, after: str = "") -> str:
        """The address of a list."""
        state = shown or self.shown
        parts = {"state": "" if state is Shown.OPEN else state.value, "rule": rule or "", "after": after}
        query = urlencode({name: value for name, value in parts.items() if value})
        return url_for("alerts.index") + ("?" + query if query else "")


@blueprint.get("")
@requires(Permission.VIEW_ALERTS)
def index() -> ResponseReturnValue:
    """My standing alerts, the worst first."""
    return _show(Chosen.of(request.args))


@blueprint.post("/<int:alert_id>/ghi-nhan")
@requires(Permission.ACKNOWLEDGE_ALERTS)
def acknowledge_one(alert_id: int) -> ResponseReturnValue:
    """Say what is being done about an alert; its bell falls silent for me."""
    command = AcknowledgeAlert(alert_id, request.form.get("note", ""))
    try:
        with transaction() as session:
            acknowledge(session, command, user_id=current_user.user_id, now=clock.now())
    except InvalidInput as error:
        return _show(Chosen.of(request.args), refused=(alert_id, command.note, error.message)), 422
    flash("Đã ghi nhận cảnh báo.", "success")
    return redirect(local_path(request.form.get("back")) or url_for("alerts.index"))


def _show(chosen: Chosen, refused: tuple[int, str, str] | None = None) -> str:
    session, now, mine = reading(), clock.now(), current_user.user_id
    found = alerts.page(session, mine, now, shown=chosen.shown, rule=chosen.rule, after=chosen.after)
    counts = alerts.counts(session, mine, chosen.shown)
    return render_template(
        "alerts/index.html",
        now=now,
        words=words,
        chosen=chosen,
        rows=found.rows,
        total=counts.get(chosen.rule, 0) if chosen.rule else sum(counts.values()),
        tabs=_tabs(chosen, counts),
        states=[(state, chosen.url(shown=state), state is chosen.shown) for state in Shown],
        next_url=chosen.url(rule=chosen.rule, after=found.after) if found.after else None,
        first_url=chosen.url(rule=chosen.rule) if chosen.after else None,
        back=chosen.url(rule=chosen.rule, after=chosen.after),
        refused=refused or (0, "", ""),
        may_acknowledge=Permission.ACKNOWLEDGE_ALERTS in current_user.permissions,
    )


def _tabs(chosen: Chosen, counts: dict[Rule, int]) -> list[tuple[str, str, bool, int]]:
    """One for all, then one for each rule that has any, worst first."""
    of_rules = [
        (words.RULES[rule], chosen.url(rule=rule), rule is chosen.rule, counts.get(rule, 0))
        for rule in words.WORST_FIRST
        if counts.get(rule) or rule is chosen.rule
    ]
    return [(words.ALL, chosen.url(), chosen.rule is None, sum(counts.values())), *of_rules]
