"""Several rows at once: choose them, say what is to be done, see what became of each."""

import secrets
from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.apologies import LatenessCause
from tthc_tracker.domain.errors import NotAllowed
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import bulk as reads
from tthc_tracker.services.acting import Target
from tthc_tracker.services.bulk import MOST
from tthc_tracker.web import selection
from tthc_tracker.web.access import requires
from tthc_tracker.web.listpages import ListPage, address_of
from tthc_tracker.web.lists import acts, carrying, printing
from tthc_tracker.web.lists.blueprint import blueprint
from tthc_tracker.web.lists.page import opened
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import keptlists as words
from tthc_tracker.wording.labels import label

NONE_CHOSEN = "Hãy chọn ít nhất một hồ sơ."
TOO_MANY = f"Mỗi lần nhiều nhất {MOST} hồ sơ. Hãy chọn ít hơn."


@blueprint.post("/danh-sach/<name>/chon")
@requires(Permission.VIEW_DOSSIERS)
def choose(name: str) -> ResponseReturnValue:
    """What was chosen, with the form of what is to be done to all of it."""
    page = opened(name)
    action, targets = _action(page), page.targets(reading(), request.form, clock.now())
    if not targets or len(targets) > MOST:
        flash(TOO_MANY if targets else NONE_CHOSEN, "error")
        return redirect(address_of(name) + "?" + page.exact)
    return _show(page, action, targets)


@blueprint.post("/danh-sach/<name>/hang-loat")
@requires(Permission.VIEW_DOSSIERS)
def carry_out(name: str) -> ResponseReturnValue:
    """Do it to each, one by one, and show what became of each."""
    page = opened(name)
    action, targets = _action(page), selection.chosen(request.form.getlist(selection.FIELD)[: MOST + 1])
    errors = carrying.missing(action, request.form)
    if not targets or len(targets) > MOST:
        errors["row"] = TOO_MANY if targets else NONE_CHOSEN
    if errors:
        return _show(page, action, targets[:MOST], errors), 422
    done = carrying.carry_out(action, targets, request.form)
    return render_template(
        "lists/done.html",
        page=page, action=action, words=words, outcomes=done.outcomes, export_id=done.export_id,
        batch=request.form["submission_key"] if action == "assign" else "",
        back=address_of(name) + "?" + page.here,
    )  # fmt: skip


def _action(page: ListPage) -> str:
    """What is to be done.

    Raises:
        NotAllowed: nothing there is, or this person may do it to nothing.
    """
    action = request.form.get("action", "")
    if action not in dict(page.bulk):
        raise NotAllowed(action)
    return action


def _show(page: ListPage, action: str, targets: list[Target], errors: dict[str, str] | None = None) -> str:
    session = reading()
    known = reads.picked(session, [target.code for target in targets], current_user.scope)
    more: dict[str, Any] = {"field": selection.FIELD, "value": selection.value}
    if action == "assign":
        more["takers"] = reads.takers(session, current_user.memberships)
    if action == "lateness":
        more["causes"] = [(one.value, label(one)) for one in LatenessCause]
    if action == "finish":
        more["kinds"] = [(one.value, label(one)) for one in acts.FINISHES]
    return render_template(
        "lists/choose.html",
        page=page, action=action, words=words, errors=errors or {}, typed=request.form,
        papers=printing.PAPERS,
        picked=[(target, known.get(target.code)) for target in targets],
        submission_key=request.form.get("submission_key") or secrets.token_hex(16),
        back=address_of(page.name) + "?" + page.here, **more,
    )  # fmt: skip
