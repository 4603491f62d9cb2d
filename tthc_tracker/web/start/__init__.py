"""The start page: each role's first question of the morning."""

import datetime as dt

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission, Role
from tthc_tracker.queries import supervision, worklists
from tthc_tracker.queries.listing import Count, Filters
from tthc_tracker.queries.supervision import Listing
from tthc_tracker.web.access import signed_in
from tthc_tracker.web.unit_of_work import reading

blueprint = Blueprint("start", __name__)

NEW = dt.timedelta(days=1)


@blueprint.get("/")
@signed_in
def home() -> ResponseReturnValue:
    """Figures and short lists by role; nobody sees what is not his."""
    session, now = reading(), clock.now()
    tiles = _tiles(session, now) if Permission.VIEW_SUPERVISION in current_user.permissions else []
    return render_template("start/home.html", tiles=tiles, panels=_panels(session, now), now=now)


def _tiles(session: Session, now: dt.datetime) -> list[tuple[str, Count, str, str]]:
    """(words, count, address, tone) of what is late and what will be."""
    lists = (
        ("Hồ sơ quá hạn", Listing.OVERDUE, "supervision.overdue", "danger"),
        ("Chậm tiếp nhận", Listing.LATE_RECEPTION, "supervision.late_reception", "danger"),
        ("Sắp đến hạn", Listing.DUE_SOON, "supervision.due_soon", "warn"),
    )
    return [
        (
            words,
            supervision.count(session, which, Filters(), current_user.scope, now),
            url_for(endpoint),
            tone,
        )
        for words, which, endpoint, tone in lists
    ]


def _panels(session: Session, now: dt.datetime) -> list[tuple[str, str, worklists.ShortList, str]]:
    """(title, what `at` is, list, empty words) for the roles this person holds."""
    held = {membership.role for membership in current_user.memberships}
    agency_id = current_user.home_agency_id
    morning = now.replace(hour=0, minute=0, second=0, microsecond=0)
    panels: list[tuple[str, str, worklists.ShortList, str]] = []
    if Role.CLERK in held and agency_id is not None:
        panels += [
            ("Hẹn trả hôm nay", "Hẹn trả", worklists.promised_today(session, agency_id, now.date(), now),
             "Hôm nay không còn hồ sơ nào phải trả."),
            ("Kết quả chờ trả", "Xong lúc", worklists.to_collect(session, agency_id),
             "Không có kết quả nào chờ trả."),
            ("Đã tiếp nhận hôm nay", "Tiếp nhận", worklists.received_today(session, agency_id, morning),
             "Hôm nay chưa tiếp nhận hồ sơ nào. Bấm n để tiếp nhận."),
        ]  # fmt: skip
    if held & {Role.OFFICER, Role.CLERK, Role.HEAD_OF_UNIT}:
        panels.append(("Hồ sơ của tôi", "Hạn", worklists.mine(session, current_user.user_id),
                       "Bạn không giữ hồ sơ nào."))  # fmt: skip
    if held & {Role.HEAD_OF_UNIT, Role.HEAD_OF_AGENCY} and agency_id is not None:
        panels.append(("Chưa phân công", "Hạn", worklists.unassigned(session, agency_id),
                       "Mọi hồ sơ đều có người thụ lý."))  # fmt: skip
    if Permission.VIEW_SUPERVISION in current_user.permissions:
        panels.append(("Mới quá hạn từ hôm qua", "Quá hạn từ",
                       worklists.overdue_since(session, current_user.scope, now - NEW, now),
                       "Không có hồ sơ nào mới quá hạn."))  # fmt: skip
    return panels
