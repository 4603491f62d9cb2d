"""What is said of addresses of other systems that are told of changes, and of the calls to them."""

import datetime as dt
from typing import Protocol

TITLE = "Nơi nhận tin báo"
LEAD = (
    "Mỗi nơi nhận là một địa chỉ của hệ thống khác, được gọi khi hồ sơ của nguồn nó đổi trạng thái. "
    "Tin không có thông tin cá nhân, có chữ ký, gửi lại trong ba ngày cho đến khi nơi nhận trả lời."
)
ONLY_THE_WHOLE = "Chỉ quản trị viên của cơ quan cao nhất đặt nơi nhận tin báo."
GONE = "Nơi nhận này không có hoặc đã dừng."
STATUSES = {
    "pending": ("Chờ gửi", "warn"), "sent": ("Đã nhận", "ok"), "dead": ("Không gửi được", "danger"),
}  # fmt: skip
PARTS = {"": "Tất cả", "dead": "Không gửi được", "pending": "Chờ gửi", "sent": "Đã nhận"}
DONE = {
    "pause": "Đã tạm dừng. Tin báo được giữ lại, không bị bỏ, cho đến khi gửi tiếp.",
    "resume": "Đã gửi tiếp: tin đã giữ đi với lần chạy tới.",
    "stop": "Đã dừng hẳn nơi nhận.",
}
REGISTERED_ALREADY = "Nơi nhận này đã thêm rồi. Nếu chưa kịp chép chuỗi bí mật, hãy đổi chuỗi ở trang của nó."
ROTATED_ALREADY = (
    "Chuỗi bí mật đã đổi rồi và chỉ hiện một lần. Nếu chưa kịp chép, hãy đổi lần nữa; "
    "hệ thống kia khi đó phải nhận chuỗi mới ngay."
)
AGAIN = "{many} tin báo sẽ được gửi lại với lần chạy tới."


class Line(Protocol):
    """An address (queries.webhooks)."""

    @property
    def stopped_at(self) -> dt.datetime | None: ...
    @property
    def paused_at(self) -> dt.datetime | None: ...
    @property
    def rest_until(self) -> dt.datetime | None: ...
    @property
    def dead(self) -> int: ...


def standing(line: Line, now: dt.datetime) -> tuple[str, str]:
    """How it goes with an address, in words and tone."""
    if line.stopped_at is not None:
        return "Đã dừng", "neutral"
    if line.paused_at is not None:
        return "Tạm dừng", "warn"
    if line.rest_until is not None and line.rest_until > now:
        return "Không trả lời, nghỉ", "danger"
    return ("Có tin không gửi được", "danger") if line.dead else ("Đang gửi", "ok")
