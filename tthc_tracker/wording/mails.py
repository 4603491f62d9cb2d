"""The words of what people choose about their mails, of refused addresses, and of the hours of mails."""

from enum import Enum
from typing import Any

from tthc_tracker.domain.mailrhythm import AlertMailKind, MailChoice, MailFrequency

FREQUENCIES = {
    MailFrequency.AT_ONCE: "Ngay khi có việc gấp, và tổng hợp mỗi sáng làm việc",
    MailFrequency.DAILY: "Chỉ tổng hợp mỗi sáng làm việc",
    MailFrequency.WEEKLY: "Tổng hợp sáng làm việc đầu tuần; ngày khác chỉ khi có cảnh báo bắt buộc mới",
}
FREQUENCY_CHOICES = tuple((one.value, said) for one, said in FREQUENCIES.items())

KINDS = {
    AlertMailKind.AT_ONCE: "thư cảnh báo tức thì",
    AlertMailKind.DIGEST: "thư tổng hợp buổi sáng",
    AlertMailKind.WEEKLY: "thư tổng kết tuần",
}
MAIL_LABELS: dict[type[Enum], dict[Any, str]] = {MailFrequency: FREQUENCIES, AlertMailKind: KINDS}

STATUTORY_STAYS = (
    "Cảnh báo bắt buộc (chậm tiếp nhận, quá hạn, quá hạn lâu) luôn được gửi chậm nhất sáng làm việc kế tiếp. "
    "Trên màn hình, mọi cảnh báo vẫn hiện ngay."
)
CHOOSE_AGAIN = "Hãy chọn một mức trong danh sách."
WHO_GETS = (
    "Thư cảnh báo gửi cho thủ trưởng, trưởng đơn vị, cán bộ kiểm soát thủ tục; "
    "các vai trò khác xem cảnh báo trên màn hình."
)
CHOSEN = "Đã lưu. Thư từ nay theo lựa chọn này."
ON, OFF = "Có", "Không"


def chosen(choice: MailChoice) -> list[tuple[str, str]]:
    """A choice in words, a line each."""
    return [
        ("Cảnh báo", FREQUENCIES[choice.frequency]),
        ("Thư tổng kết tuần (dành cho thủ trưởng cơ quan)", ON if choice.summary else OFF),
    ]


# --- addresses that are refused

REFUSED_SUBJECT = "Địa chỉ thư của {name} bị máy chủ từ chối"
NOBODY_READS = "Không còn ai nhận thư này thay: mọi địa chỉ ở cấp trên cũng bị từ chối."
SILENCE_SUBJECT = "Cảnh báo và thư nhắc đã dừng từ {}"
SILENCE_BACK_SUBJECT = "Cảnh báo và thư nhắc đã chạy lại lúc {}"
CLEARED = "Đã bỏ đánh dấu. Thư cho người này lại gửi tới địa chỉ đang ghi."

# --- hours and texts

DIGEST_TIME = "Giờ gửi thư tổng hợp buổi sáng"
TEXT_CHANNEL = "Tin nhắn cho cảnh báo gửi kèm tin nhắn"
TEXT_CHANNELS = {"": "Không gửi tin nhắn", "sms": "SMS", "zalo": "Zalo"}
TEXT_CHANNEL_CHOICES = tuple(TEXT_CHANNELS.items())
NOT_AN_HOUR = "Hãy ghi giờ và phút, ví dụ 07:00."
NO_SUCH_CHANNEL = "Hãy chọn lại trong danh sách."
HOURS_SAVED = "Đã lưu giờ gửi thư."
