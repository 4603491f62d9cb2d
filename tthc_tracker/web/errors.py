"""From what went wrong to a page that says what to do, in Vietnamese; nothing typed is lost by it."""

import logging

from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from tthc_tracker.domain.errors import NotAllowed, NotFound
from tthc_tracker.domain.permissions import NOTHING
from tthc_tracker.engine import UnknownOutcomeError, is_full
from tthc_tracker.queries import archives
from tthc_tracker.rendering import NotRenderedError
from tthc_tracker.web import layout
from tthc_tracker.web.unit_of_work import close_reading, reading
from tthc_tracker.wording import years

log = logging.getLogger(__name__)

# status → (title, what to do)
PAGES = {
    400: ("Yêu cầu không hợp lệ", "Trang có thể đã mở quá lâu. Hãy quay lại, tải lại trang rồi gửi lại."),
    401: ("Cần đăng nhập", "Phiên làm việc đã kết thúc. Hãy đăng nhập lại."),
    403: ("Không có quyền", "Tài khoản của bạn không được mở trang này. Hãy hỏi quản trị viên của cơ quan."),
    404: (
        "Không tìm thấy",
        "Không có trang này, hoặc hồ sơ không thuộc phạm vi của bạn. Hãy kiểm tra lại mã.",
    ),
    405: ("Thao tác không được phép", "Hãy quay lại và dùng nút trên trang."),
    409: ("Dữ liệu đã thay đổi", "Người khác vừa sửa hồ sơ này. Hãy mở lại để xem bản mới rồi làm tiếp."),
    410: ("Hồ sơ đã vào kho lưu trữ", "Hãy hỏi quản trị viên hệ thống."),
    413: ("Tệp quá lớn", "Hãy gửi tệp nhỏ hơn 20 MB."),
    429: ("Quá nhiều lần thử", "Hãy đợi ít phút rồi thử lại."),
    500: (
        "Lỗi hệ thống",
        "Việc vừa làm chưa được ghi nhận. Hãy thử lại; nếu vẫn lỗi, báo mã bên dưới cho quản trị viên.",
    ),
    503: (
        "Hệ thống đang bận",
        "Việc vừa làm chưa chắc đã được ghi nhận. Hãy bấm gửi lại: hồ sơ không bị tạo hai lần.",
    ),
}

# What a citizen is told instead: he has no forms, no dossiers in scope, no administrator.
OUTSIDE = {
    400: "Trang có thể đã mở quá lâu, hoặc trình duyệt không nhận cookie. Hãy mở lại trang rồi gửi lại.",
    404: "Không có trang này. Hãy kiểm tra lại địa chỉ.",
    500: "Hãy thử lại sau ít phút.",
    503: "Hãy thử lại sau ít phút.",
}

NOT_RENDERED = (
    "Chưa tạo được tệp in hoặc biểu đồ này. Hãy mở lại sau ít giây; nếu vẫn lỗi, hãy báo quản trị viên."
)


FULL = (
    "Đĩa của máy chủ đã đầy nên việc vừa làm chưa được ghi nhận. Hãy báo quản trị viên dọn chỗ rồi gửi lại: "
    "hồ sơ không bị tạo hai lần."
)
# Who only looked has sent nothing that could be lost, nor sent again.
FULL_WHILE_LOOKING = (
    "Đĩa của máy chủ đã đầy nên chưa mở được trang này; không có dữ liệu nào bị mất. "
    "Hãy báo quản trị viên dọn chỗ rồi mở lại trang."
)


def page(status: int, advice: str = "") -> tuple[str, int]:
    """The error page of a status code; `advice` in place of what it usually says."""
    title, usual = PAGES.get(status, PAGES[500 if status >= 500 else 400])
    if not current_user.is_authenticated:
        usual = OUTSIDE.get(status, usual)
    advice = advice or usual
    if "around" not in g:
        close_reading()  # what the failed page had begun nobody wants: its error is not to wait behind that
    body = render_template(
        "errors/error.html", status=status, title=title, advice=advice, request_id=g.get("request_id", "")
    )
    return body, status


def _not_found(error: NotFound) -> ResponseReturnValue:
    """Of a dossier that lies in an archive, whoever could see it is told so."""
    scope = current_user.scope if current_user.is_authenticated else NOTHING
    close_reading()
    found = archives.find(reading(), str(error), scope) if str(error) else None
    if found is None:
        return page(404)
    return page(410, years.lies_in_archive(found.code, found.year, found.at, found.desk))


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error.get_response()
    return page(error.code)


def _busy(error: Exception) -> ResponseReturnValue:
    if is_full(error):
        return _full(error)
    log.warning("database unavailable", extra={"kind": type(error).__name__, "endpoint": request.endpoint})
    layout.ask_nothing()
    body, status = page(503)
    return body, status, {"Retry-After": "3"}


def _full(error: Exception) -> ResponseReturnValue:
    log.error("no room on the disk", extra={"reason": type(error).__name__, "endpoint": request.endpoint})
    layout.ask_nothing()
    body, status = page(503, FULL_WHILE_LOOKING if request.method in {"GET", "HEAD"} else FULL)
    return body, status, {"Retry-After": "60"}


def _not_rendered(error: NotRenderedError) -> ResponseReturnValue:
    log.warning("not rendered", extra={"reason": str(error), "endpoint": request.endpoint})
    body, status = page(503, NOT_RENDERED)
    return body, status, {"Retry-After": "10"}


def _unexpected(error: Exception) -> ResponseReturnValue:
    if is_full(error):
        return _full(error)
    log.error(
        "unexpected error",
        exc_info=error,
        extra={"endpoint": request.endpoint, "request_id": g.get("request_id", "")},
    )
    return page(500)


def register(app: Flask) -> None:
    """Answer every error with a page of ours."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, lambda _error: page(400))
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(NotAllowed, lambda _error: page(403))
    for kind in (OperationalError, PoolTimeoutError, UnknownOutcomeError):
        app.register_error_handler(kind, _busy)
    app.register_error_handler(NotRenderedError, _not_rendered)
    app.register_error_handler(Exception, _unexpected)
