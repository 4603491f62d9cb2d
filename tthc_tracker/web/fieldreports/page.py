"""The page of a field report."""

from typing import Any

from flask import render_template
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import fieldreports as reads
from tthc_tracker.web.fieldreports.forms import ActForm, ContactForm, EraseForm
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import fieldreportlists
from tthc_tracker.wording import fieldreports as words
from tthc_tracker.wording.formats import iso, moment


def render(
    code: str,
    *,
    refused: ActForm | None = None,
    errors: tuple[str, ...] = (),
    contact: reads.Contact | None = None,
    contact_form: ContactForm | None = None,
    erase_form: EraseForm | None = None,
) -> str:
    session, now = reading(), clock.now()
    view = reads.show(session, code, current_user.scope)
    rights = reads.rights(session, current_user.memberships, view)
    may_see = view.contact.given and Permission.VIEW_PERSONAL in rights
    may_erase = view.answered_at and not view.erased_at and Permission.ERASE_PERSONAL in rights
    return render_template(
        "fieldreports/show.html", view=view, now=now, words=words, limit=fieldreportlists.limit,
        history=_history(view),
        clock=fieldreportlists.clock_words(view.standing(now), view.late_from, now),
        possible={act.value for act in reads.acts(session, current_user.memberships, view)},
        form=refused or ActForm(formdata=None), refused=refused, errors=errors,
        contact=contact, erase_form=(erase_form or EraseForm(formdata=None)) if may_erase else None,
        contact_form=(contact_form or ContactForm(formdata=None)) if may_see and not contact else None,
    )  # fmt: skip


def _history(view: reads.ReportView) -> list[dict[str, Any]]:
    """Its history as the timeline shows it, the newest first; beside a passage its reason.

    What was sent on as it was taken in says so there: no passage is noted of that.
    """
    passages = {passage.at: passage for passage in view.passages}
    first = view.passages[0].from_agency if view.passages else view.handling
    found = []
    for deed in reversed(view.deeds):
        passage = passages.get(deed.at)
        found.append({
            "at": moment(deed.at), "iso": iso(deed.at), "actor": deed.actor or words.BY_A_SYSTEM,
            "what": words.event(deed.action), "note": words.noted(deed.action, deed.facts),
            "reason": passage.reason if passage else "",
            "changes": _moved(deed.action, passage, view.receiving, first),
        })  # fmt: skip
    return found


def _moved(
    action: str, passage: reads.Passage | None, receiving: str, first: str
) -> list[tuple[str, str, str]]:
    """From which agency to which; first: with which one it lay once it was taken in."""
    if passage:
        return [(words.HANDLING, passage.from_agency, passage.to_agency)]
    sent_on = action == words.RECEIVED and first != receiving
    return [(words.HANDLING, receiving, first)] if sent_on else []
