"""The start page: each role's first question of the morning."""

import datetime as dt
from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.domain.permissions import Permission, Role
from tthc_tracker.queries import collecting, mywork, personalrequests, steplist, supervision, worklists
from tthc_tracker.queries.calendaryears import missing_ahead
from tthc_tracker.queries.listing import EVERYTHING, NO_APOLOGY, Count, Filters
from tthc_tracker.queries.steplist import Tab
from tthc_tracker.queries.supervision import Listing
from tthc_tracker.queries.worklists import ShortList
from tthc_tracker.web import layout
from tthc_tracker.web.access import may_open, signed_in
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import standings

blueprint = Blueprint("start", __name__)

NEW = dt.timedelta(days=1)
# What somebody looks after who works on no dossiers: words, endpoint, what it is for.
UPKEEP = (
    ("Người dùng", "accounts.people", "Mời người của cơ quan, giao vai trò, gửi liên kết đặt mật khẩu."),
    ("Danh mục", "catalogue.index", "Cơ quan, phòng, thủ tục, nguồn dữ liệu."),
    ("Lịch làm việc", "calendar.year", "Ngày nghỉ, làm bù và giờ làm việc mà ngày hẹn trả tính theo."),
    ("Vận hành", "operations.status", "Lần rà soát gần nhất, thư chưa gửi, bản sao lưu, các việc đã chạy."),
)


@blueprint.get("/")
@signed_in
def home() -> ResponseReturnValue:
    """Figures and short lists by role; nobody sees what is not his."""
    session, now = reading(), clock.now()
    layout.begin()
    tiles = _tiles(session, now) if Permission.VIEW_SUPERVISION in current_user.permissions else []
    return render_template(
        "start/home.html",
        tiles=tiles,
        panels=_panels(session, now),
        upkeep=[(words, url_for(to), purpose) for words, to, purpose in UPKEEP if may_open(to)],
        badges=standings.BADGES,
        missing=_missing(session, now),
        requests=personalrequests.waiting_number(
            session, current_user.user_id, current_user.permissions, current_user.scope, now
        ),
        now=now,
    )


def _missing(session: Session, now: dt.datetime) -> tuple[int, ...]:
    """The years ahead that nothing is known of, for whoever sees to the calendar."""
    keeps = {Role.ADMINISTRATOR, Role.CONTROLLER}
    if keeps.isdisjoint(membership.role for membership in current_user.memberships):
        return ()
    return missing_ahead(session, now.date())


def _tiles(session: Session, now: dt.datetime) -> list[tuple[str, Count, str, str]]:
    """(words, count, address, tone) of what is late and what will be."""
    scope, overdue = current_user.scope, "supervision.overdue"

    def counted(which: Listing, filters: Filters = EVERYTHING) -> Count:
        return supervision.count(session, which, filters, scope, now)

    unapologised = counted(Listing.OVERDUE, Filters(unapologised=True))
    steps = steplist.count(session, Tab.LATE, EVERYTHING, scope, now)
    return [
        ("Hồ sơ quá hạn", counted(Listing.OVERDUE), url_for(overdue), "danger"),
        ("Quá hạn chưa xin lỗi", unapologised, url_for(overdue, apology=NO_APOLOGY), "danger"),
        ("Bước quá hạn", steps, url_for("supervision.steps", tab=Tab.LATE.value), "danger"),
        ("Chậm tiếp nhận", counted(Listing.LATE_RECEPTION), url_for("supervision.late_reception"), "danger"),
        ("Sắp đến hạn", counted(Listing.DUE_SOON), url_for("supervision.due_soon"), "warn"),
    ]


@dataclass(frozen=True)
class Panel:
    """One list of the page: its title, what the date of its rows is, and what to say when it is empty.

    whole: the address of the whole list, and what the link to it says.
    """

    title: str
    at: str
    list: ShortList
    empty: str
    whole: tuple[str, str] | None = None


def _panels(session: Session, now: dt.datetime) -> list[Panel]:
    """The lists of the roles this person holds."""
    held = {membership.role for membership in current_user.memberships}
    agency_id = current_user.home_agency_id
    panels: list[Panel] = []
    if Role.CLERK in held and agency_id is not None:
        panels += _of_the_desk(session, agency_id, now)
    if held & {Role.OFFICER, Role.CLERK, Role.HEAD_OF_UNIT}:
        mine = worklists.mine(session, current_user.user_id, now)
        everything = (url_for("mywork.index", tab=mywork.Tab.ALL), "Xem việc của tôi")
        panels.append(Panel("Hồ sơ của tôi", "Hẹn trả", mine, "Bạn không giữ hồ sơ nào.", everything))
    if held & {Role.HEAD_OF_UNIT, Role.HEAD_OF_AGENCY} and agency_id is not None:
        nobodys = worklists.unassigned(session, agency_id, now)
        everything = (url_for("mywork.index", tab=mywork.Tab.UNASSIGNED), "Xem và phân công")
        panels.append(
            Panel("Chưa phân công", "Hẹn trả", nobodys, "Mọi hồ sơ đều có người thụ lý.", everything)
        )
    if Permission.VIEW_SUPERVISION in current_user.permissions:
        since = now - NEW
        new = worklists.overdue_since(session, current_user.scope, since, now)
        newest = url_for("supervision.overdue", sort="newest", since=since.isoformat(timespec="minutes"))
        everything = (newest, "Xem hồ sơ mới quá hạn")
        panels.append(
            Panel("Mới quá hạn từ hôm qua", "Hẹn trả", new, "Không có hồ sơ nào mới quá hạn.", everything)
        )
    return panels


def _of_the_desk(session: Session, agency_id: int, now: dt.datetime) -> list[Panel]:
    """What the one-stop desk asks of itself in the morning."""
    promised = worklists.promised_today(session, agency_id, now)
    waiting = worklists.to_collect(session, agency_id, now)
    received = worklists.received_today(session, agency_id, now)
    return [
        Panel("Hẹn trả hôm nay", "Hẹn trả", promised, "Hôm nay không còn hồ sơ nào phải trả.",
              (url_for("closing.promised"), "Xem tất cả hẹn trả hôm nay")),
        Panel("Kết quả chờ trả", "Có kết quả", waiting, "Không có kết quả nào chờ trả.",
              (url_for("collection.waiting", quay=collecting.MINE), "Xem danh sách chờ trả")),
        Panel("Đã tiếp nhận hôm nay", "Tiếp nhận", received,
              "Hôm nay chưa tiếp nhận hồ sơ nào. Bấm n để tiếp nhận.",
              (url_for("closing.received"), "Xem tất cả đã tiếp nhận")),
    ]  # fmt: skip
