"""The words of the report of a session."""

from decimal import Decimal

from tthc_tracker.domain.indicators import Trend
from tthc_tracker.wording.formats import number

TITLE = "Báo cáo phiên họp"
KIND = "BÁO CÁO"
NUMBER = "Số:        /BC-"
COMMITTEE, ITS_SYMBOL = "Ủy ban nhân dân", "UBND"
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
    "IX. Số liệu Cổng công bố đối chiếu với số liệu của hệ thống",
)
HOW_JUDGED = "Đánh giá so số chính xác, trước khi làm tròn, với mức giao."
EACH_INDICATOR = "Kết quả từng chỉ tiêu theo cấp"
TRENDS = {
    Trend.BETTER: "tốt hơn",
    Trend.SAME: "bằng",
    Trend.WORSE: "kém hơn",
    Trend.MORE: "nhiều hơn",
    Trend.LESS: "ít hơn",
    Trend.UNKNOWN: "–",
}
INDICATOR_HEADS = ("STT", "Chỉ tiêu", "Cấp", "Kết quả", "Tử/mẫu số", "Mức giao", "Đánh giá", "So kỳ trước")
INDICATOR_WIDTHS = (9, 39, 18, 20, 21, 20, 17, 16)
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
LATE_BY_AGENCY = "Quá hạn, chậm tiếp nhận theo cơ quan"
LATE_BY_SOURCE = "Quá hạn, chậm tiếp nhận theo nguồn hồ sơ"
RESOLVE_MOST = "giải quyết nhiều hồ sơ nhất"
LATE_MOST = "quá hạn và chậm tiếp nhận nhiều nhất"
MOVED = "Chỉ tiêu thay đổi kết quả đánh giá"
OURS = "Số liệu của hệ thống"
PUBLISHED_BESIDE = "Tỷ lệ trước và đúng hạn theo từng cách tính"
LATE_DRAWN = "Quá hạn và chậm tiếp nhận theo cơ quan"
NOTHING_LATE = "Không có hồ sơ quá hạn, không có lượt nộp trực tuyến chậm tiếp nhận."
WHICH_CAUSES = "giải quyết quá hạn trong kỳ, hoặc đang giải quyết quá hạn ở cuối kỳ."
NO_CAUSES = "Không có hồ sơ quá hạn."
UNSAID = "Chưa ghi nguyên nhân"
NO_OUTAGES = "Không có sự cố nào được ghi trong kỳ."
LASTS = "chưa hết"
EVERY_SECTOR = "mọi lĩnh vực"
NOTHING_MOVED = "Không có chỉ tiêu nào thay đổi kết quả đánh giá so với phiên trước."
NO_CONCLUSIONS = "Chưa có kết luận nào của phiên này và phiên trước, không có kết luận cũ còn mở."
NO_PUBLISHED = "Chưa ghi số công bố nào của kỳ này."
SAME = "Gần nhất"


def number_of(agency: str) -> str:
    """Where the number is written in, with the symbol of who issues it where that is known."""
    return NUMBER + (ITS_SYMBOL if agency.startswith(COMMITTEE) else "")


def of_unknown_form(many: int) -> str:
    """Why the last column is not of all that was resolved."""
    return (
        "Tỷ lệ hoàn toàn điện tử tính trên hồ sơ đã giải quyết có ghi hình thức; "
        f"{number(many)} hồ sơ chưa rõ hình thức đứng ngoài."
    )


def left_out(left: int, shown: int, which: str) -> str:
    """How many agencies a table leaves out; which: those that it has."""
    return f"Bảng có {number(shown)} cơ quan {which}; còn {number(left)} cơ quan khác."


def reckoned(at: str) -> str:
    """Of when the figures are, and by which date."""
    return f"Số liệu tính từ hồ sơ vào lúc {at}, theo hạn trả kết quả theo luật."


def of_another_rhythm(period: str) -> str:
    """What the table of the indicators of a month, a half-year or a year is called."""
    return f"Chỉ tiêu theo kỳ khác kết thúc trong quý: {period[0].lower()}{period[1:]}"


def about(period: str) -> str:
    """What the report is about, beneath its kind."""
    return f"Kết quả chuyển đổi số, thực hiện Đề án 06 và giải quyết thủ tục hành chính {period}"


def points(before: Decimal | None, now: Decimal | None) -> str:
    """`+1,25`, `−0,40`, or a dash where one of them is of nothing."""
    if before is None or now is None:
        return "–"
    change = now - before
    return f"{'+' if change > 0 else '−' if change < 0 else ''}{number(abs(change), 2)}"
