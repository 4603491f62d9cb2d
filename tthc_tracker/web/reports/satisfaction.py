"""How applicants found the service: the numbers of a period, and the dossiers behind each."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.domain.ratings import Rating
from tthc_tracker.queries import listing, ratinglists, ratings
from tthc_tracker.queries import statisticsquestions as questions
from tthc_tracker.queries.ratings import Level
from tthc_tracker.queries.statisticsquestions import Asked
from tthc_tracker.web.access import requires
from tthc_tracker.web.listpages import ListPage
from tthc_tracker.web.reports.blueprint import blueprint
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import ratinglists as words
from tthc_tracker.wording import statistics
from tthc_tracker.wording.columns import See
from tthc_tracker.wording.labels import label


@dataclass(frozen=True)
class Figure:
    """A level as the page shows it: its dossiers, and all that were rated, by their addresses."""

    level: Level
    url: str
    all_url: str


def figures(asked: Asked) -> tuple[Figure, ...]:
    """Every level of the asked period, within what this person may see."""
    period = asked.period
    levels = ratings.counted(reading(), current_user.scope, asked.agency, period.start, period.end)
    return tuple(Figure(one, _address(asked, one.rating), _address(asked, None)) for one in levels)


def _address(asked: Asked, rating: Rating | None) -> str:
    period = asked.period
    parts = {"from": period.start.isoformat(), "to": period.end.isoformat(), "agency": asked.agency}
    parts["rating"] = rating.value if rating else ""
    return url_for("reports.rated") + "?" + urlencode({name: said for name, said in parts.items() if said})


@blueprint.get("/tong-hop/danh-gia")
@requires(Permission.VIEW_REPORTS)
def rated() -> ResponseReturnValue:
    """The dossiers behind a number of the ratings."""
    session, now, after = reading(), clock.now(), request.args.get("after", "")
    page = ListPage.of(session, "rated", request.args)
    asked = page.asked(now)
    found = page.kept.page(session, asked, after, listing.PAGE)
    around, rating = questions.read(page.question, now.date()), ratinglists.given(asked).rating
    return render_template(
        "reports/rated.html",
        page=page, lines=page.lines(found.rows, See.at(now, now)), count=page.kept.count(session, asked),
        next_url=page.other(after=found.after) if found.after else None,
        first_url=page.other() if after else None,
        title=f"{words.TITLE}: {label(rating)}" if rating else words.TITLE, words=words, now=now,
        period_name=statistics.period_name(around.period),
        summary_url=url_for("reports.summary") + "?" + around.query(),
    )  # fmt: skip
