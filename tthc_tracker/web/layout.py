"""What every page shows around its content: menu by permission, the bell, the scan line, banners."""

import os
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_login import current_user

from tthc_tracker import __version__, clock
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import deputies, onlinequeue
from tthc_tracker.queries import surroundings as surrounding
from tthc_tracker.web import components, fieldparts
from tthc_tracker.web.access import may_open
from tthc_tracker.web.assets import asset
from tthc_tracker.web.guarding import login_manager
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import formats, labels
from tthc_tracker.wording import jobs as job_words

# (words, endpoint), in the order of a working day
MENU = (
    ("Hôm nay", "start.home"),
    ("Việc của tôi", "mywork.index"),
    ("Tiếp nhận", "reception.receive"),
    ("Trực tuyến", "online.queue"),
    ("Kết quả chờ trả", "collection.waiting"),
    ("Chốt ngày", "closing.day"),
    ("Hồ sơ quá hạn", "supervision.overdue"),
    ("Chậm tiếp nhận", "supervision.late_reception"),
    ("Sắp đến hạn", "supervision.due_soon"),
    ("Tạm dừng", "pausing.paused"),
    ("Hẹn lại", "reappointing.queue"),
    ("Sự cố", "outages.index"),
    ("Cảnh báo", "alerts.index"),
    ("Tổng hợp", "reports.summary"),
    ("Nhập dữ liệu", "imports.index"),
    ("Danh mục", "catalogue.index"),
    ("Lịch làm việc", "calendar.year"),
    ("Người dùng", "accounts.people"),
    ("Khoá kết nối", "apitokens.index"),
    ("Nơi nhận tin báo", "webhooks.index"),
    ("Nhật ký", "history.events"),
    ("Vận hành", "operations.status"),
)
# What is opened now and then stands in the menu of one's name: the row above has no room for it at 1366 px.
RARELY = (
    ("Lịch đến hạn", "workload.calendar"),
    ("Dấu hiệu bất thường", "anomalies.index"),
    ("Phản ánh hiện trường", "fieldreports.index"),
    ("Phân công gần đây", "reassigning.index"),
    ("Vắng mặt, người thay", "deputies.index"),
    ("Công văn đôn đốc", "urging.index"),
    ("Chỉ tiêu, phiên họp", "indicators.board"),
    ("Đối chiếu danh sách", "supervision.reconcile"),
    ("Một hồ sơ ở hai hệ thống", "matches.index"),
    ("Lệch trạng thái giữa các hệ thống", "matches.differing"),
    ("Xung đột giữa các nguồn", "matches.differences"),
    ("Dữ liệu cá nhân", "personaldata.ask"),
    ("Quy tắc cảnh báo", "alertrules.index"),
    ("Thư của tôi", "mails.mine"),
)


def _menu() -> list[tuple[str, str, bool]]:
    here = (request.endpoint or "").partition(".")[0]
    entries = _entries(current_user.permissions, request.script_root)
    return [(words, url, _is_here(endpoint, here)) for words, endpoint, url in entries]


@lru_cache(maxsize=256)
def _entries(_permissions: frozenset[Permission], _mounted_at: str) -> tuple[tuple[str, str, str], ...]:
    """What people of these permissions find in the menu: put together once, for it stands on every page."""
    return tuple((words, endpoint, url_for(endpoint)) for words, endpoint in MENU if may_open(endpoint))


@lru_cache(maxsize=256)
def _rare_entries(_permissions: frozenset[Permission], _mounted_at: str) -> tuple[tuple[str, str], ...]:
    """The same of the menu of one's name."""
    return tuple((words, url_for(endpoint)) for words, endpoint in RARELY if may_open(endpoint))


def _is_here(endpoint: str, blueprint: str) -> bool:
    if blueprint in {"supervision", "pausing", "reappointing"}:
        return endpoint == request.endpoint
    return endpoint.partition(".")[0] == blueprint


def _around() -> dict[str, Any]:
    """Asked once a request: a part of a page that is written by itself has the same around it."""
    if "around" not in g:
        g.around = _asked()
    return dict(g.around)


def ask_nothing() -> None:
    """The database does not answer: what is told of that must not ask it, not even who is looking."""
    g.around = _bare()
    g.setdefault("_login_user", login_manager.anonymous_user())


def _bare() -> dict[str, Any]:
    settings = current_app.config["SETTINGS"]
    return {
        "product_version": __version__,
        "demo_mode": settings.demo,
        "mail_to_files": not settings.smtp_url,
        "nav_items": [],
        "rare_items": [],
        "queue_counts": None,
        "open_alert_count": 0,
        "files_ready": 0,
        "scan_line": None,
        "scan_banner": "",
        "standing_in": (),
    }


def _asked() -> dict[str, Any]:
    around = _bare()
    if current_user.is_authenticated and not request.headers.get("HX-Request"):
        session = reading()
        around["nav_items"] = _menu()
        around["rare_items"] = _rare_entries(current_user.permissions, request.script_root)
        if may_open("online.queue"):
            around["queue_counts"] = onlinequeue.unanswered(session, current_user.scope, clock.now())
        around["standing_in"] = deputies.concerning(session, current_user.user_id, clock.now().date())
        found, now = surrounding.surroundings(session, current_user.user_id), clock.now()
        around["open_alert_count"], around["files_ready"] = found.alerts, found.files
        around["scan_line"] = job_words.scan_line(found.scan, now)
        around["scan_banner"] = job_words.scan_banner(found.scan, now)
    return around


def _name_request() -> None:
    g.request_id = os.urandom(6).hex()
    g.pop("around", None)  # where a test keeps one context for several requests


def begin() -> None:
    """Have what stands around a page under way with what is on it.

    For a view that is about to ask for a whole page and knows that it will not lead elsewhere; where none
    says so, it is asked when the page is written.
    """
    whole = request.method == "GET" and not request.headers.get("HX-Request")
    if whole and "around" not in g and current_user.is_authenticated:
        surrounding.begin(reading(), current_user.user_id)


def register(app: Flask) -> None:
    """Give every template its surroundings, words and formats."""
    app.before_request(_name_request)
    app.context_processor(_around)
    for name in formats.FILTERS:
        app.add_template_filter(formats.FILTERS[name], name)
    app.add_template_filter(labels.label, "label")
    app.add_template_filter(lambda member: (member.value, labels.label(member)), "label_pair")
    app.add_template_filter(lambda message: (None, message), "no_link")
    app.jinja_env.globals["asset"] = asset  # macros are imported without context
    components.register(app.jinja_env)
    fieldparts.register(app.jinja_env)
