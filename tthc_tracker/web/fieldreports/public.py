"""What everybody may read of field reports: those that were published, listed, and each by itself."""

from flask import Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tthc_tracker.queries import publishedreports
from tthc_tracker.web import publicpages
from tthc_tracker.web.access import public
from tthc_tracker.web.fieldreports.blueprint import blueprint
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import fieldreports as words

LIFE = 300  # seconds that a cache may keep a page: what is withdrawn is gone soon


@blueprint.get("/cong-khai")
@public
def published() -> ResponseReturnValue:
    """The published reports, the last answered first."""
    publicpages.count("field_reports")
    after = request.args.get("after", "")
    found = publishedreports.page(reading(), after=after)
    return _cacheable(
        render_template(
            "fieldreports/published.html", rows=found.rows, words=words,
            next_url=url_for("fieldreports.published", after=found.after) if found.after else None,
            first_url=url_for("fieldreports.published") if after else None,
        )
    )  # fmt: skip


@blueprint.get("/cong-khai/<code>")
@public
def published_one(code: str) -> ResponseReturnValue:
    """One published report with its answer."""
    publicpages.count("field_reports")
    found = publishedreports.find(reading(), code)
    if found is None:
        abort(404)
    return _cacheable(render_template("fieldreports/published_one.html", one=found, words=words))


def _cacheable(page: str) -> Response:
    return publicpages.cacheable(make_response(page), LIFE)
