"""What may be done once a dossier has been opened: note its date, say how one was served.

The page that tells how far it is holds a ticket for that (domain.lookuptickets), never the proof.
"""

from flask import Response, current_app, url_for
from flask.typing import ResponseReturnValue

from tthc_tracker import clock
from tthc_tracker.domain import lookuptickets
from tthc_tracker.domain.errors import NotNow
from tthc_tracker.domain.icalendar import calendar_file
from tthc_tracker.domain.lookuptickets import Ticket
from tthc_tracker.domain.ratings import Rating
from tthc_tracker.queries import lookups
from tthc_tracker.services import ratings
from tthc_tracker.web.access import public
from tthc_tracker.web.lookup import answers
from tthc_tracker.web.lookup.blueprint import blueprint
from tthc_tracker.web.lookup.forms import LookUpForm, RatingForm, TicketForm
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import lookups as words
from tthc_tracker.wording import ratings as said


@blueprint.post("/tra-cuu/hen-tra.ics")
@public
def calendar() -> ResponseReturnValue:
    """The promised date for one's own calendar."""
    if (ticket := _ticket(TicketForm())) is None:
        return _run_out()
    now, progress = clock.now(), lookups.again(reading(), ticket, clock.now())
    if not words.may_be_noted(progress, now) or progress.due_at is None:
        return answers.told(progress, status=409)
    url = current_app.config["SETTINGS"].public_url + url_for("lookup.ask")
    file = Response(calendar_file(words.appointment(progress, progress.due_at, url), now))
    file.headers["Content-Type"] = "text/calendar; charset=utf-8; method=PUBLISH"
    file.headers["Content-Disposition"] = f'attachment; filename="{words.CALENDAR_NAME}"'
    return answers.private(file)


@blueprint.post("/tra-cuu/danh-gia")
@public
def rate() -> ResponseReturnValue:
    """Keep how the service was found, once a dossier."""
    form, now = RatingForm(), clock.now()
    if (ticket := _ticket(form)) is None:
        return _run_out()
    if not form.validate():
        return answers.told(lookups.again(reading(), ticket, now), rating=form, status=422)
    try:
        with transaction() as session:
            new = ratings.rate(session, ticket.dossier_id, Rating(form.rating.data), now=now)
    except NotNow:
        return answers.told(lookups.again(reading(), ticket, now), status=409)
    done = said.THANKS if new else said.ALREADY
    return answers.told(lookups.again(reading(), ticket, now), done=done, status=200 if new else 409)


def _ticket(form: TicketForm) -> Ticket | None:
    secret = current_app.config["SETTINGS"].secret_key
    return lookuptickets.read(secret, form.ticket.data or "", clock.now())


def _run_out() -> Response:
    return answers.asked(LookUpForm(formdata=None), words.RUN_OUT, 422)
