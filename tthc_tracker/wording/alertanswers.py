"""The words of what is answered to an alert: refusals, marks, what became of a form."""

from tthc_tracker.domain.alertanswers import FURTHEST_PROMISE, LONGEST_SNOOZE, Fault

MISSING = {
    "note": "Hãy ghi đã làm gì hoặc sẽ làm gì với cảnh báo này.",
    "reason": "Hãy ghi vì sao hoãn cảnh báo này.",
}
TOO_LONG = "Ghi chú dài quá 500 ký tự."
PROMISE = {
    Fault.MISSING: "Hãy ghi ngày sẽ làm xong.",
    Fault.PAST: "Ngày này đã qua. Hãy hẹn từ hôm nay trở đi.",
    Fault.TOO_FAR: f"Hẹn xa nhất {FURTHEST_PROMISE.days} ngày kể từ hôm nay. Hãy chọn ngày gần hơn.",
}
SNOOZE = {
    Fault.MISSING: "Hãy ghi ngày cảnh báo nhắc lại.",
    Fault.PAST: "Ngày nhắc lại phải từ ngày mai trở đi.",
    Fault.TOO_FAR: f"Hoãn dài nhất {LONGEST_SNOOZE.days} ngày. Hãy chọn ngày gần hơn.",
}
DISPUTE = {
    Fault.MISSING: "Hãy ghi ngày đã giải quyết xong.",
    Fault.PAST: "Ngày giải quyết không thể ở tương lai.",
    Fault.TOO_FAR: "Ngày giải quyết không thể trước ngày tiếp nhận.",
}
NOBODY = "Hãy chọn người nhận cảnh báo."
NO_TAKER = "Người này không nhận được cảnh báo này. Hãy chọn người trong danh sách."

ACKNOWLEDGED = "Đã ghi nhận cảnh báo."
SNOOZED = "Đã hoãn cảnh báo. Đến ngày đã chọn, cảnh báo nhắc lại."
HANDED = "Đã chuyển cảnh báo."
DISPUTED = "Đã ghi nhận. Cảnh báo của hồ sơ chờ đồng bộ cho tới lần nguồn gửi dữ liệu mới."
ONCE = "Cảnh báo này đã được hoãn một lần. Hãy ghi nhận việc sẽ làm, hoặc chuyển cho người làm được."
CHANGED = "Hồ sơ này đã được báo chờ đồng bộ, hoặc đã kết thúc. Hãy tải lại trang."
CLIMBED = "Cảnh báo đã lên cấp trên: chỉ người nhận ở cấp đó hoãn được. Hãy ghi nhận việc sẽ làm."
