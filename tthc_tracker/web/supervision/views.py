"""The three lists, their counts and their CSV."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.lifecycle import Channel
from tthc_tracker.domain.permissions import Permission, Scope
from tthc_tracker.extensions import database
from tthc_tracker.queries import filtering, listing, supervision
from tthc_tracker.queries.listing import Filters
from tthc_tracker.queries.supervision import Listing, Row
from tthc_tracker.services import audit
from tthc_tracker.spreadsheets import csvtext
from tthc_tracker.web.access import requires
from tthc_tracker.web.supervision.filters import Address, chips, read
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import listings

blueprint = Blueprint("supervision", __name__)


@dataclass(frozen=True)
class Line:
    """A row as the table shows it."""

    row: Row
    url: str
    days: int


@blueprint.get("/giam-sat/qua-han")
@requires(Permission.VIEW_SUPERVISION)
def overdue() -> ResponseReturnValue:
    """Overdue dossiers, the longest late first."""
    return _show(Listing.OVERDUE)


@blueprint.get("/giam-sat/cham-tiep-nhan")
@requires(Permission.VIEW_SUPERVISION)
def late_reception() -> ResponseReturnValue:
    """Online dossiers nobody has answered in time."""
    return _show(Listing.LATE_RECEPTION)


@blueprint.get("/giam-sat/sap-den-han")
@requires(Permission.VIEW_SUPERVISION)
def due_soon() -> ResponseReturnValue:
    """Dossiers whose deadline is near."""
    return _show(Listing.DUE_SOON)


@blueprint.get("/giam-sat/qua-han.csv")
@requires(Permission.EXPORT_LISTS)
def overdue_csv() -> ResponseReturnValue:
    """The overdue list as filtered, as a file."""
    return _export(Listing.OVERDUE)


@blueprint.get("/giam-sat/cham-tiep-nhan.csv")
@requires(Permission.EXPORT_LISTS)
def late_reception_csv() -> ResponseReturnValue:
    """The late receptions as filtered, as a file."""
    return _export(Listing.LATE_RECEPTION)


@blueprint.get("/giam-sat/sap-den-han.csv")
@requires(Permission.EXPORT_LISTS)
def due_soon_csv() -> ResponseReturnValue:
    """The list of what is due soon as filtered, as a file."""
    return _export(Listing.DUE_SOON)


@blueprint.get("/giam-sat/co-quan")
@requires(Permission.VIEW_SUPERVISION)
def agencies() -> ResponseReturnValue:
    """Agencies that fit what was typed into the filter."""
    items = filtering.suggest_agencies(reading(), current_user.scope, request.args.get("q", "")[:100])
    return render_template("supervision/_suggestions.html", items=items, field="agency")


@blueprint.get("/giam-sat/can-bo")
@requires(Permission.VIEW_SUPERVISION)
def officers() -> ResponseReturnValue:
    """Officers who fit what was typed into the filter."""
    items = filtering.suggest_officers(reading(), current_user.scope, request.args.get("q", "")[:100])
    return render_template("supervision/_suggestions.html", items=items, field="officer")


def _show(which: Listing) -> ResponseReturnValue:
    session, now = reading(), clock.now()
    filters, address = read(request.args), Address.of(request.path, request.args)
    after = request.args.get("after", "")
    agency = filtering.agency_name(session, filters.agency) if filters.agency else None
    officer = filtering.officer_name(session, filters.officer) if filters.officer is not None else None
    found = supervision.page(
        session, which, filters, current_user.scope, now, newest_first=bool(address.sort), after=after
    )
    return render_template(
        "supervision/list.html",
        which=which,
        words=listings.WORDS[which],
        lines=[
            Line(row, url_for("dossiers.show", code=row.code), row.days_late(now.date()))
            for row in found.rows
        ],
        count=supervision.count(session, which, filters, current_user.scope, now),
        next_url=address.url(after=found.after) if found.after else None,
        first_url=address.url() if after else None,
        csv_url=address.url(path=f"{request.path}.csv"),
        address=address,
        filters=filters,
        agency_text=agency or filters.agency,
        officer_text=officer or "",
        chips=chips(session, filters, address, agency=agency, officer=officer),
        levels=tuple(Level),
        channels=tuple(Channel),
        sectors=filtering.sectors(session),
        sources=filtering.sources(session),
        stale_before=listing.stale_before(session, now),
        now=now,
    )


def _export(which: Listing) -> ResponseReturnValue:
    now, address = clock.now(), Address.of(request.path, request.args)
    with transaction() as session:
        facts = {"list": which.value} | address.chosen
        audit.note(session, "export_list", actor_id=current_user.user_id, now=now, facts=facts)
    rows = _lines(which, read(request.args), current_user.scope, now, newest_first=bool(address.sort))
    name = f"{listings.WORDS[which].file_name}-{now:%Y%m%d-%H%M}.csv"
    return Response(
        csvtext.lines(listings.csv_header(which), rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _lines(
    which: Listing, filters: Filters, scope: Scope, now: dt.datetime, *, newest_first: bool
) -> Iterator[list[str]]:
    """The rows of the file, read page by page in a session of their own while the file leaves."""
    with database.reading() as session:

        def read_page(after: str, size: int) -> tuple[tuple[Row, ...], str]:
            found = supervision.page(
                session, which, filters, scope, now, newest_first=newest_first, after=after, size=size
            )
            return found.rows, found.after

        for row in listing.batches(read_page):
            yield listings.csv_cells(which, row, now)
