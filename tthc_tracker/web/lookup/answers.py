"""The pages of the look-up: the form, and how far a dossier is. Kept by nobody."""

from flask import Response, current_app, make_response, render_template, request

from tthc_tracker import clock
from tthc_tracker.domain import lookuptickets
from tthc_tracker.queries.lookups import Progress
from tthc_tracker.web.lookup.forms import LookUpForm, RatingForm
from tthc_tracker.wording import lookups as words
from tthc_tracker.wording import ratings


def asked(form: LookUpForm, problem: str = "", status: int = 200) -> Response:
    """The page with the form."""
    return private(make_response(render_template("lookup/ask.html", form=form, problem=problem), status))


def told(
    progress: Progress, *, rating: RatingForm | None = None, done: str = "", status: int = 200
) -> Response:
    """How far it is. rating: the form as it came, refused; done: what to say of what has been done."""
    now = clock.now()
    form = rating or RatingForm(formdata=None)
    form.ticket.data = lookuptickets.issue(current_app.config["SETTINGS"].secret_key, progress.ticket, now)
    page = render_template(
        "lookup/answer.html",
        progress=progress,
        told=words.told(progress),
        notes_date=words.may_be_noted(progress, now),
        form=form,
        done=done,
        words=words,
        ratings=ratings,
    )
    return private(make_response(page, status))


def private(answered: Response) -> Response:
    """Kept by nobody: no cache, no search engine."""
    answered.headers["Cache-Control"] = "no-store"
    if request.method == "POST":
        answered.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answered
