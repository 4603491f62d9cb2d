"""The words of the page on which rules of alerts are set."""

from tthc_tracker.domain.alerting import Rule
from tthc_tracker.domain.alertrules import Audience, Delivery, Fault, RuleTerms
from tthc_tracker.wording.formats import number

AUDIENCES = {
    Audience.OFFICER: "Cán bộ thụ lý",
    Audience.DESK: "Cán bộ một cửa",
    Audience.HEAD_OF_UNIT: "Trưởng đơn vị đang giữ",
    Audience.HEAD_OF_RECEIVING_UNIT: "Trưởng bộ phận tiếp nhận",
    Audience.HEAD_OF_AGENCY: "Lãnh đạo cơ quan",
    Audience.CONTROLLER: "Cán bộ kiểm soát thủ tục",
}

DELIVERIES = {
    Delivery.TEXT: "Thư ngay kèm tin nhắn, và trong thư tổng hợp sáng",
    Delivery.AT_ONCE: "Thư ngay, và trong thư tổng hợp sáng",
    Delivery.DIGEST: "Trong thư tổng hợp sáng",
    Delivery.SCREEN: "Chỉ trên màn hình",
}

AUDIENCE_CHOICES = tuple((one.value, said) for one, said in AUDIENCES.items())
DELIVERY_CHOICES = tuple((one.value, said) for one, said in DELIVERIES.items())
SAVED = "Đã lưu quy tắc. Lần rà soát tới áp dụng cho mọi hồ sơ đang mở."

# What each number of a rule means; the unit stands behind the field.
THRESHOLDS = {
    (Rule.RECEPTION_DUE_SOON, "hours"): ("Báo trước khi hết hạn tiếp nhận", "giờ làm việc"),
    (Rule.DUE_SOON, "share"): ("Phần cuối của thời hạn", "%"),
    (Rule.DUE_SOON, "least_hours"): ("Sớm nhất cũng trước", "giờ làm việc"),
    (Rule.DUE_SOON, "most_days"): ("Nhiều nhất trước", "ngày làm việc"),
    (Rule.VERY_OVERDUE, "least_days"): ("Ít nhất sau khi quá hạn", "ngày làm việc"),
    (Rule.VERY_OVERDUE, "most_days"): ("Nhiều nhất sau khi quá hạn", "ngày làm việc"),
    (Rule.VERY_OVERDUE, "same_day_days"): ("Với thủ tục trả trong ngày, sau", "ngày làm việc"),
    (Rule.STALLED, "days"): ("Không có việc gì trong ít nhất", "ngày làm việc"),
    (Rule.STALLED, "share"): ("hoặc, nếu dài hơn, trong phần thời hạn", "%"),
    (Rule.LONG_PAUSE, "days"): ("Tạm dừng quá", "ngày"),
    (Rule.BACKLOG, "overdue"): ("Số hồ sơ quá hạn từ", "hồ sơ"),
    (Rule.BACKLOG, "share"): ("hoặc tỷ lệ quá hạn từ", "%"),
    (Rule.BACKLOG, "open_floor"): ("tỷ lệ chỉ tính khi đang giải quyết từ", "hồ sơ"),
    (Rule.BACKLOG, "closing_share"): ("Hết tồn đọng khi còn", "% mức trên"),
    (Rule.SOURCE_SILENT, "share"): ("Lâu hơn khoảng cách thường lệ giữa hai lần có dữ liệu mới", "%"),
    (Rule.SOURCE_SILENT, "least_hours"): ("và ít nhất", "giờ làm việc"),
    (Rule.INDICATOR_DUE_SOON, "days"): ("Báo trước hạn nhập", "ngày làm việc"),
    (Rule.CONCLUSION_DUE_SOON, "days"): ("Báo trước hạn thực hiện", "ngày làm việc"),
    (Rule.FINISH_TYPED_LATE, "hours"): ("Nhập sau giờ mở cửa ngày làm việc kế tiếp quá", "giờ làm việc"),
}

FAULTS = {
    Fault.NOBODY: "Chọn ít nhất một người nhận.",
    Fault.OUT_OF_BOUNDS: "Số này ngoài khoảng cho phép ghi bên cạnh ô.",
    Fault.CROSSED: "Số ít nhất không được lớn hơn số nhiều nhất.",
    Fault.LADDER_ORDER: "Các bậc phải theo số giờ tăng dần, không trùng nhau.",
    Fault.LADDER_HOURS: "Số giờ của mỗi bậc từ 1 đến 240 giờ làm việc.",
    Fault.STATUTORY: "Cảnh báo này do lãnh đạo tỉnh yêu cầu, không tắt được.",
}

NOT_YOURS = "Bạn không đặt được quy tắc cho cơ quan này. Hãy chọn cơ quan trong phạm vi của bạn."
SHIPPED = "mặc định của phần mềm"


def bounds(least: int, most: int) -> str:
    """`từ 1 đến 60`."""
    return f"từ {number(least)} đến {number(most)}"


def ladder(terms: RuleTerms) -> str:
    """`sau 8 giờ: Lãnh đạo cơ quan; sau 24 giờ: Cán bộ kiểm soát thủ tục`, or that it has none."""
    steps = [f"sau {rung.after_hours} giờ: {AUDIENCES[rung.audience]}" for rung in terms.ladder]
    return "; ".join(steps) or "không leo thang"


def audiences(terms: RuleTerms) -> str:
    """Whom it goes to, in a line."""
    return ", ".join(AUDIENCES[one] for one in terms.audiences)


def thresholds(rule: Rule, terms: RuleTerms) -> str:
    """A rule's numbers in a line; empty where it has none."""
    return "; ".join(
        f"{said} {number(terms.thresholds[name])} {unit}"
        for (of, name), (said, unit) in THRESHOLDS.items()
        if of is rule
    )
