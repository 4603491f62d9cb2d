"""What a search for a person has found, with what may be done about it; the same after a refusal."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.domain.people import mask_id
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.domain.retention import NEVER
from tthc_tracker.queries import personaldata, personlists, scoping
from tthc_tracker.web import secretwords
from tthc_tracker.web.personaldata.forms import EraseForm, ExportForm
from tthc_tracker.wording import personaldata as words

NUMBER = personlists.NUMBER


@dataclass(frozen=True)
class Asked:
    """Whom the reader looked for, and the key under which his session keeps it."""

    key: str
    number: str

    @property
    def masked(self) -> str:
        """The number as the page shows it."""
        return mask_id(self.number)


def asked(given: Mapping[str, str]) -> Asked | None:
    """Whom an address or a form speaks of; None where this session does not know."""
    key = given.get(secretwords.FIELD, "")
    number = secretwords.recall(key).get(NUMBER)
    return None if number is None else Asked(key, number)


def forgotten() -> ResponseReturnValue:
    """Lead back to the search: what was looked for is no longer known."""
    flash(words.FORGOTTEN, "info")
    return redirect(url_for("personaldata.ask"), 303)


def sent(request_id: int) -> ResponseReturnValue:
    """Lead to a request that now waits for its second person."""
    flash(words.ASKED, "success")
    return redirect(url_for("personaldata.request_page", request_id=request_id), 303)


def render(
    session: Session, one: Asked, *, export: ExportForm | None = None, erase: EraseForm | None = None
) -> str:
    """The page; a form that was refused stands with what was typed."""
    theirs = personaldata.dossiers_of(session, one.number, current_user.scope)
    may_export = theirs and Permission.EXPORT_PERSONAL in current_user.permissions
    erasable = {
        each.id
        for each in theirs
        if Permission.ERASE_PERSONAL in scoping.rights_on(session, current_user.memberships, each.places)
    }
    return render_template(
        "personaldata/found.html",
        asked=one, theirs=theirs, words=words,
        held=personaldata.holds(session, theirs, clock.now().date()), never=NEVER,
        erasable=erasable, erase=(erase or EraseForm(formdata=None)) if erasable else None,
        export=(export or ExportForm(formdata=None)) if may_export else None,
    )  # fmt: skip
