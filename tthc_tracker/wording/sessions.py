"""The words of the report of a session."""

from decimal import Decimal

from tthc_tracker.wording.formats import number

TITLE = "Báo cáo phiên họp"
KIND = "BÁO CÁO"
NUMBER = "Số:        /BC-"
HEAD = "THỦ TRƯỞNG CƠ QUAN"
MEMBERS = "Thành viên phiên họp;"
SECTIONS = (
    "I. Kết quả chung trong kỳ",
    "II. Chỉ tiêu so với mức giao",
    "III. Tỷ lệ theo cấp và cơ quan",
    "IV. Hồ sơ quá hạn và chậm tiếp nhận",
    "V. Nguyên nhân quá hạn",
    "VI. Sự cố hệ thống",
    "VII. Thay đổi so với phiên họp trước",
    "VIII. Thực hiện kết luận phiên họp",
    "IX. Số Cổng công bố bên cạnh số của ta",
)
HOW_JUDGED = "Đánh giá so số chính xác, trước khi làm tròn, với mức giao."
INDICATOR_HEADS = ("STT", "Chỉ tiêu", "Cấp", "Kết quả", "Tử/mẫu số", "Mức giao", "Đánh giá", "So kỳ trước")
INDICATOR_WIDTHS = (10, 44, 15, 20, 20, 19, 16, 16)
RATE_HEADS = (
    "Cấp, cơ quan", "Nhận giải quyết", "Đã giải quyết", "Trước và đúng hạn", "Tiếp nhận đúng hạn",
    "Nộp trực tuyến", "Hoàn toàn điện tử",
)  # fmt: skip
RATE_WIDTHS = (38, 16, 16, 24, 22, 22, 22)
LATE_HEADS = (
    "Cơ quan",
    "Giải quyết quá hạn",
    "Đang giải quyết quá hạn",
    "Tiếp nhận chậm",
    "Còn chờ tiếp nhận, quá hạn",
)
LATE_WIDTHS = (64, 24, 24, 24, 24)
CAUSE_HEADS = ("Nguyên nhân", "Số hồ sơ", "Tỷ lệ")
CONCLUSION_HEADS = ("Ngày họp", "Kết luận", "Cơ quan thực hiện", "Hạn", "Tình trạng", "Kết quả")
WHAT_IS_LATE = (
    "Hai cột đầu đếm hồ sơ của cơ quan giải quyết; hai cột sau đếm lượt nộp trực tuyến ở nơi tiếp nhận, theo "
    "hạn tiếp nhận rơi vào kỳ."
)
LEVELS_DRAWN = "Tỷ lệ trước và đúng hạn theo cấp"
LATE_DRAWN = "Quá hạn và chậm tiếp nhận theo cơ quan"
NOTHING_LATE = "Không có hồ sơ quá hạn, không có lượt nộp trực tuyến chậm tiếp nhận."
WHICH_CAUSES = "giải quyết quá hạn trong kỳ, hoặc đang giải quyết quá hạn ở cuối kỳ."
NO_CAUSES = "Không có hồ sơ quá hạn."
UNSAID = "Chưa ghi nguyên nhân"
NO_OUTAGES = "Không có sự cố nào được ghi trong kỳ."
LASTS = "chưa hết"
EVERY_SECTOR = "mọi lĩnh vực"
NOTHING_MOVED = "Không có chỉ tiêu nào đổi mức so với phiên trước."
NO_CONCLUSIONS = "Chưa có kết luận nào của phiên này và phiên trước, không có kết luận cũ còn mở."
NO_PUBLISHED = "Chưa ghi số công bố nào của kỳ này."
SAME = "Gần nhất"


def left_out(left: int, shown: int) -> str:
    """How many agencies a table leaves out."""
    return f"Bảng có {number(shown)} cơ quan nhiều nhất; còn {number(left)} cơ quan khác."


def about(period: str) -> str:
    """What the report is about, beneath its kind."""
    return f"Kết quả chuyển đổi số, thực hiện Đề án 06 và giải quyết thủ tục hành chính {period}"


def points(before: Decimal | None, now: Decimal | None) -> str:
    """`+1,25`, `−0,40`, or a dash where one of them is of nothing."""
    if before is None or now is None:
        return "–"
    change = now - before
    return f"{'+' if change > 0 else '−' if change < 0 else ''}{number(abs(change), 2)}"
