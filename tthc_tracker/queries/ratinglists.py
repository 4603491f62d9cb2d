"""The list of dossiers behind a number of the ratings."""

from sqlalchemy.orm import Session

from tthc_tracker.domain.permissions import Permission
from tthc_tracker.domain.ratings import Rating
from tthc_tracker.queries import ratings
from tthc_tracker.queries import statisticsquestions as questions
from tthc_tracker.queries.keptlist import Asked, KeptList, Page
from tthc_tracker.queries.listing import Count
from tthc_tracker.wording import ratinglists


def given(asked: Asked) -> ratings.Given:
    """The number that is asked about."""
    around = questions.read(asked.question, asked.now.date())
    rating = asked.question.get("rating", "")
    chosen = Rating(rating) if rating in set(Rating) else None
    return ratings.Given(asked.scope, around.agency, around.period.start, around.period.end, chosen)


def _page(session: Session, asked: Asked, after: str, size: int) -> Page:
    found = ratings.page(session, given(asked), after=after, size=size)
    return Page(found.rows, found.after)


def _count(session: Session, asked: Asked) -> Count:
    return ratings.count(session, given(asked))


RATED = KeptList(
    ratinglists.COLUMNS, Permission.VIEW_REPORTS, ("from", "to", "period", "agency", "rating"), _page, _count,
    acts=(),
)  # fmt: skip
