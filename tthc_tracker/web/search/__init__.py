"""One box everywhere: code, name, last digits, phone. What is typed stands in no address (decision 0022).

The code of a report from the field, which citizens are told at the desk, leads to its page as well.
"""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import archives, fieldreports, listing, lists, search
from tthc_tracker.web import secretwords
from tthc_tracker.web.access import requires
from tthc_tracker.web.listfilters import ListFilters
from tthc_tracker.web.listpages import ListPage
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording.columns import See

blueprint = Blueprint("search", __name__)

TYPED = "q"
NOT_FOUND = "Không tìm thấy hồ sơ nào có mã này trong phạm vi của bạn."
NOT_IN_ADDRESSES = "Tên, số giấy tờ và số điện thoại không đặt trong địa chỉ trang. Hãy gõ vào ô tìm."


@blueprint.post("/tim-kiem")
@requires(Permission.VIEW_DOSSIERS)
def ask() -> ResponseReturnValue:
    """What was typed: the code of one dossier or report leads to it, anything else to what is found."""
    typed = request.form.get(TYPED, "")
    if address := _straight(typed):
        return redirect(address, 303)
    page = ListPage.of(reading(), "search", request.form)
    wanted = search.tidied(typed)
    more = {secretwords.FIELD: secretwords.keep({TYPED: wanted})} if wanted else {secretwords.FIELD: ""}
    return redirect(page.other(**more), 303)


@blueprint.get("/tim-kiem")
@requires(Permission.VIEW_DOSSIERS)
def find() -> ResponseReturnValue:
    """What was found."""
    if TYPED in request.args:
        return _scanned(request.args[TYPED])
    session, now = reading(), clock.now()
    page = ListPage.of(session, "search", request.args)
    answer = lists.searched(session, page.asked(now))
    return render_template(
        "search/find.html",
        page=page, answer=answer, filters=ListFilters.of(session, page), now=now,
        lines=page.lines(answer.rows, See.at(now, listing.stale_before(session, now))),
        search_text=page.question.get(TYPED, ""),
        forgotten=bool(request.args.get(secretwords.FIELD)) and not page.key,
    )  # fmt: skip


def _straight(typed: str) -> str | None:
    """Where the page is of what this is the code of."""
    session, scope = reading(), current_user.scope
    if code := search.dossier_of(session, typed, scope):
        return url_for("dossiers.show", code=code)
    if archived := archives.find(session, typed.strip(), scope):
        return url_for("dossiers.show", code=archived.code)
    if code := fieldreports.code_of(session, typed, scope):
        return url_for("fieldreports.show", code=code)
    return None


def _scanned(typed: str) -> ResponseReturnValue:
    """A code is nobody's name: a scanner, or a link, may have it in the address."""
    if address := _straight(typed):
        return redirect(address)
    flash(NOT_FOUND if search.is_code(typed) else NOT_IN_ADDRESSES, "info")
    return redirect(url_for("search.find"))
