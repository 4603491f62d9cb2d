"""The words of the timed work: its names, what became of a run, when all was last looked at."""

import datetime as dt
from collections.abc import Mapping
from typing import Protocol

from tthc_tracker.wording.formats import ago, moment, number

JOBS = {
    "scan-deadlines": "Rà soát thời hạn",
    "deliver-mail": "Gửi thư",
    "deliver-webhooks": "Báo tin cho hệ thống khác",
    "send-digests": "Soạn tổng hợp buổi sáng",
    "send-summaries": "Soạn tổng kết tuần",
    "assess-risk": "Đánh giá nguy cơ quá hạn",
    "draft-apologies": "Soạn dự thảo xin lỗi",
    "fold-facts": "Cộng dồn số liệu thống kê",
    "import-files": "Nạp tệp dữ liệu",
    "fetch-sources": "Lấy dữ liệu từ các nguồn",
    "propose-matches": "Tìm một hồ sơ ở hai hệ thống",
    "change-calendar": "Thay đổi lịch làm việc",
    "backup": "Sao lưu",
    "remind-results": "Nhắc nhận kết quả",
    "move-dossiers": "Chuyển hồ sơ của cơ quan đã kết thúc",
    "housekeeping": "Dọn dẹp",
    "write-exports": "Tạo tệp xuất",
    "seal-trail": "Niêm phong nhật ký",
    "scheduler": "Tiến trình định kỳ",
    "clock": "Đồng hồ máy chủ",
}

RUN_STATUSES = {"running": "Đang chạy", "ok": "Xong", "failed": "Lỗi"}

CLOCK_JUMPED = "Đồng hồ máy chủ nhảy {minutes} phút; thư cảnh báo tạm giữ một lượt."
INTERRUPTED = "Bị ngắt giữa chừng; lần chạy sau làm tiếp."
BACKUP_ENDED = "Tiến trình kiểm tra và nén bản sao lưu đã bị ngắt; lần sao lưu sau làm lại."
STALE_AFTER = dt.timedelta(minutes=15)

_DONE = {
    "examined": "hồ sơ đã xem",
    "raised": "cảnh báo mới",
    "closed": "cảnh báo đóng",
    "climbed": "cảnh báo lên cấp trên",
    "synced": "hồ sơ hết chờ đồng bộ",
    "woken": "cảnh báo hết hoãn",
    "lapsed": "lời hẹn đã qua ngày",
    "mails": "thư tức thì",
    "assessed": "hồ sơ đã đánh giá",
    "at_risk": "hồ sơ có nguy cơ quá hạn",
    "drafted": "dự thảo đã soạn",
    "proposed": "cặp được đề nghị ghép",
    "moved": "hồ sơ đã chuyển",
    "stuck": "hồ sơ chưa chuyển được",
    "mailed": "thư nhắc đã soạn",
    "unreachable": "người nộp không có thư điện tử",
    "sealed": "niêm phong mới",
    "checked": "tệp đã kiểm tra",
    "loaded": "tệp đã nạp",
    "undone": "tệp đã hoàn tác",
    "files": "tệp cũ đã xoá",
    "sent": "thư đã gửi",
    "later": "thư gửi lại sau",
    "never": "thư không gửi được",
    "nobody": "thư không còn ai nhận",
    "cancelled": "thư huỷ",
    "reclaimed": "thư nhận lại",
    "expired": "thư quá hạn gửi",
    "due": "người đến giờ nhận tổng hợp",
    "written": "tổng hợp đã soạn",
    "nothing": "người không có cảnh báo",
    "day_off": "người đang nghỉ",
    "sessions": "phiên đã xoá",
    "links": "liên kết đã xoá",
    "forms": "biểu mẫu đã xoá",
    "runs": "lần chạy đã xoá",
    "removed": "bản sao cũ đã xoá",
    "dossier": "hồ sơ trong bản sao",
}
# What a job means by a name that others use too.
_DONE_BY = {
    "deliver-webhooks": {"told": "tin đã nhận", "later": "tin gửi lại sau", "given_up": "tin không gửi được"},
    "write-exports": {"files": "tệp đã tạo", "rows": "dòng đã ghi"},
    "fetch-sources": {"taken": "tệp đã lấy", "settled": "tệp đã xong", "failed": "nguồn lỗi"},
    "change-calendar": {"judged": "thay đổi đã tính hệ quả", "written": "thay đổi đã ghi",
                        "settled": "lần rà lại", "letters": "thư báo đã chuyển gửi"},
    "seal-trail": {"mails": "thư niêm phong"},
    "send-summaries": {"due": "thủ trưởng đến giờ nhận tổng kết", "written": "tổng kết đã soạn"},
}  # fmt: skip


class Scan(Protocol):
    """A scan that came to its end."""

    @property
    def at(self) -> dt.datetime: ...
    @property
    def examined(self) -> int: ...
    @property
    def fault(self) -> str: ...


def scan_line(last: Scan | None, now: dt.datetime) -> str:
    """When all deadlines were last looked at, how many dossiers had come to one, whether all went well."""
    if last is None:
        return "Chưa rà soát lần nào"
    faults = "lần sau đó bị lỗi" if last.fault else "0 lỗi"
    return (
        f"Rà soát gần nhất {moment(last.at)} ({ago(last.at, now)}): "
        f"{number(last.examined)} hồ sơ đến lúc xem, {faults}"
    )


def scan_banner(last: Scan | None, now: dt.datetime) -> str:
    """What everybody should know when no scan has come to its end for three intervals; '' while all is well.

    An installation that has never scanned is starting: the foot of the page says so.
    """
    if last is None or now - last.at <= STALE_AFTER:
        return ""
    return (
        f"Cảnh báo và thư nhắc đang dừng từ {moment(last.at)}. Ngày hẹn và các danh sách vẫn đúng; "
        "hãy báo quản trị viên khởi động lại tiến trình định kỳ."
    )


def seconds(length: float) -> str:
    """How long a run took: `0,4 giây`, `12 phút`."""
    return f"{number(length, 1)} giây" if length < 90 else f"{number(round(length / 60))} phút"


def done(job: str, counts: Mapping[str, object]) -> str:
    """What a run of a job did: `12 hồ sơ đã xem, 3 cảnh báo mới`; only what is not nothing."""
    said = _DONE | _DONE_BY.get(job, {})
    parts = [
        f"{number(many)} {said[name]}"
        for name, many in counts.items()
        if name in said and isinstance(many, int) and many
    ]
    return ", ".join(parts) or "không có gì phải làm"
