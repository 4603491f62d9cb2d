"""The words of the statistics: periods, columns, rates, what stands behind a number."""

from dataclasses import dataclass

from tthc_tracker.domain.bands import LIMIT_USED, edges
from tthc_tracker.domain.performance import Closing, RateName, ReceivedCell, ResultCell
from tthc_tracker.domain.periods import Period, PeriodKind
from tthc_tracker.wording.formats import day

KINDS = {
    PeriodKind.QUARTER: "Quý",
    PeriodKind.HALF_YEAR: "6 tháng",
    PeriodKind.YEAR: "Năm",
    PeriodKind.MONTH: "Tháng",
    PeriodKind.WEEK: "Tuần",
    PeriodKind.RANGE: "Khoảng ngày",
}
_QUARTERS = ("I", "II", "III", "IV")


def period_name(period: Period) -> str:
    """`Quý IV/2026`, `6 tháng đầu năm 2026`, `Tháng 11/2026`, `Tuần 48/2026` or the days."""
    match period.kind:
        case PeriodKind.QUARTER:
            return f"Quý {_QUARTERS[period.number - 1]}/{period.year}"
        case PeriodKind.HALF_YEAR:
            return f"6 tháng {'đầu' if period.number == 1 else 'cuối'} năm {period.year}"
        case PeriodKind.YEAR:
            return f"Năm {period.year}"
        case PeriodKind.MONTH:
            return f"Tháng {period.number}/{period.year}"
        case PeriodKind.WEEK:
            return f"Tuần {period.number}/{period.year}"
        case _:
            return period_days(period)


def period_days(period: Period) -> str:
    """`Từ 15/09/2026 đến 14/12/2026`."""
    return f"Từ {day(period.start)} đến {day(period.end)}"


GROUPINGS = {
    "level": ("Theo cấp", "Cấp giải quyết"),
    "agency": ("Theo cơ quan", "Cơ quan giải quyết"),
    "sector": ("Theo lĩnh vực", "Lĩnh vực"),
    "procedure": ("Theo thủ tục", "Thủ tục"),
    "unit": ("Theo phòng, đơn vị", "Phòng, đơn vị"),
    "channel": ("Theo kênh nộp", "Kênh nộp"),
    "source": ("Theo nguồn", "Nguồn hồ sơ"),
    "month": ("Theo tháng", "Tháng"),
}
UNASSIGNED = "Chưa giao phòng, đơn vị"


@dataclass(frozen=True)
class Column:
    """A column of the statutory table: its number there, its head, and what its number is called in full."""

    cell: str
    number: str
    head: str
    title: str

    @property
    def short(self) -> str:
        """What a card of the phone calls it: the head alone says too little of a total."""
        return f"{self.number} {self.head}" if self.number else self.head


RECEIVED = {
    ReceivedCell.ONLINE: "Tiếp nhận trong kỳ, trực tuyến",
    ReceivedCell.DIRECT: "Tiếp nhận trong kỳ, trực tiếp hoặc bưu chính",
    ReceivedCell.CARRIED: "Kỳ trước chuyển sang",
}
RESULTS = {
    ResultCell.EARLY: "Đã giải quyết trước hạn",
    ResultCell.ON_TIME: "Đã giải quyết đúng hạn",
    ResultCell.LATE: "Đã giải quyết quá hạn",
    ResultCell.OPEN_WITHIN: "Đang giải quyết, trong hạn",
    ResultCell.OPEN_OVERDUE: "Đang giải quyết, quá hạn",
}
CLOSINGS = {
    Closing.FINISHED: "Có kết quả",
    Closing.REFUSED: "Từ chối sau tiếp nhận",
    Closing.WITHDRAWN: "Rút hồ sơ",
    Closing.STOPPED: "Dừng giải quyết",
}

COLUMNS = (
    Column("received", "(3)", "Tổng số", "Tổng số hồ sơ nhận giải quyết"),
    Column("online", "(4)", "Trực tuyến", RECEIVED[ReceivedCell.ONLINE]),
    Column("direct", "(5)", "Trực tiếp, bưu chính", RECEIVED[ReceivedCell.DIRECT]),
    Column("carried", "(6)", "Từ kỳ trước", RECEIVED[ReceivedCell.CARRIED]),
    Column("resolved", "(7)", "Tổng số", "Tổng số hồ sơ đã giải quyết"),
    Column("early", "(8)", "Trước hạn", RESULTS[ResultCell.EARLY]),
    Column("on_time", "(9)", "Đúng hạn", RESULTS[ResultCell.ON_TIME]),
    Column("late", "(10)", "Quá hạn", RESULTS[ResultCell.LATE]),
    Column("open", "(11)", "Tổng số", "Tổng số hồ sơ đang giải quyết"),
    Column("open_within", "(12)", "Trong hạn", RESULTS[ResultCell.OPEN_WITHIN]),
    Column("open_overdue", "(13)", "Quá hạn", RESULTS[ResultCell.OPEN_OVERDUE]),
)
GROUPS = (
    ("Số hồ sơ nhận giải quyết", 4),
    ("Số hồ sơ đã giải quyết", 4),
    ("Số hồ sơ đang giải quyết", 3),
)

DATES = {False: "Theo hạn theo luật", True: "Theo ngày hẹn lại"}
BY_SECOND = (
    "Bảng này tính theo ngày hẹn lại với hồ sơ đã được xin lỗi, hẹn lại; báo cáo theo biểu mẫu tính theo "
    "hạn theo luật. "
    "Biểu đồ vẫn tính theo hạn theo luật."
)
COUNTED_BY_SECOND = "theo ngày hẹn lại"

MEMO = (
    Column("paused", "", "Tạm dừng cuối kỳ", "Đang tạm dừng ở cuối kỳ"),
    Column("withdrawn", "", CLOSINGS[Closing.WITHDRAWN], CLOSINGS[Closing.WITHDRAWN]),
    Column("stopped", "", CLOSINGS[Closing.STOPPED], CLOSINGS[Closing.STOPPED]),
    Column("refused", "", CLOSINGS[Closing.REFUSED], "Từ chối giải quyết (sau khi đã tiếp nhận)"),
    Column("reappointed", "", "Đã hẹn lại", "Đã hẹn lại ngày trả"),
    Column("transferred_in", "", "Chuyển đến", "Chuyển đến trong kỳ từ cơ quan đã kết thúc hoạt động"),
    Column("transferred_out", "", "Chuyển đi", "Chuyển đi trong kỳ sang cơ quan kế thừa"),
    Column("no_due_date", "", "Không có hạn", "Không có ngày hẹn trả, ngoài cột (3) đến (13)"),
)

PARTS = {
    "statutory": "Bảng thống kê",
    "rates": "Tỷ lệ",
    "memo": "Ghi chú",
    "reception": "Tiếp nhận trực tuyến",
    "compare": "So sánh từng hàng",
}

RATES = {
    RateName.ON_TIME: "Trước và đúng hạn",
    RateName.ON_TIME_COMPLETED: "Không kể rút, dừng",
    RateName.OVERDUE_OPEN: "Đang giải quyết quá hạn",
    RateName.ONLINE: "Nộp trực tuyến",
    RateName.RECEPTION: "Tiếp nhận đúng hạn",
    RateName.ELECTRONIC: "Hoàn toàn điện tử",
    RateName.ONLINE_PAYMENT: "Thanh toán trực tuyến",
    RateName.COMPONENTS: "Số hóa thành phần hồ sơ",
    RateName.RESULTS: "Số hóa kết quả",
}

CELLS = {column.cell: column.title for column in (*COLUMNS, *MEMO)} | {
    "in_time": "Đã giải quyết trước và đúng hạn",
    "completed": "Đã giải quyết, không kể rút và dừng",
    "completed_in_time": "Đã giải quyết trước và đúng hạn, không kể rút và dừng",
    "filed": "Tiếp nhận trong kỳ",
    "accepted": "Hồ sơ phát sinh trong kỳ",
    "accepted_online": "Hồ sơ phát sinh trong kỳ, nộp trực tuyến",
    "late_or_overdue": "Giải quyết quá hạn trong kỳ hoặc đang giải quyết quá hạn ở cuối kỳ",
    "measured": "Có kết quả trong kỳ, biết thời gian giải quyết",
    "apologised": "Xin lỗi, hẹn lại đúng hạn ký, duyệt trong kỳ",
    "apologised_late": "Xin lỗi muộn, duyệt trong kỳ",
    "late_unapologised": "Giải quyết quá hạn trong kỳ mà không xin lỗi, hẹn lại",
    "fee_due": "Tiếp nhận trong kỳ, có phí, lệ phí phải nộp",
    "paid_online": "Tiếp nhận trong kỳ, đã nộp phí, lệ phí trực tuyến",
    "broken": "Đã đóng nhưng chưa xếp được vào cột trước hạn, đúng hạn hay quá hạn",
    "unplaced": "Không có ngày hẹn trả, hoặc đã đóng nhưng chưa xếp được vào cột nào",
    "electronic": "Đã giải quyết, hoàn toàn điện tử",
    "electronic_known": "Đã giải quyết, biết rõ hình thức giải quyết",
    "electronic_unknown": "Đã giải quyết, không rõ có hoàn toàn điện tử",
    "papers_digitised": "Tiếp nhận trong kỳ, thành phần hồ sơ đã số hóa",
    "papers_known": "Tiếp nhận trong kỳ, biết rõ thành phần hồ sơ đã số hóa hay chưa",
    "result_digitised": "Đã giải quyết, kết quả đã số hóa",
    "reception_due": "Lượt nộp trực tuyến đến hạn tiếp nhận trong kỳ",
    "reception_in_time": "Lượt nộp trực tuyến được trả lời trong hạn tiếp nhận",
    "reception_late": "Lượt nộp trực tuyến được trả lời sau hạn tiếp nhận",
    "reception_waiting": "Lượt nộp trực tuyến còn chờ, trong hạn tiếp nhận",
    "reception_withdrawn": "Lượt nộp trực tuyến kết thúc khi chưa được trả lời",
    "reception_waiting_late": "Lượt nộp trực tuyến còn chờ, đã quá hạn tiếp nhận",
    "reception_past": "Lượt nộp trực tuyến được trả lời muộn hoặc còn chờ quá hạn",
    "desk_received": "Bộ phận một cửa tiếp nhận trong kỳ",
    "desk_for_others": "Bộ phận một cửa tiếp nhận trong kỳ cho cơ quan khác giải quyết",
    "desk_returned": "Bộ phận một cửa tiếp nhận, kết quả đã trả cho người nộp trong kỳ",
}

CHARTS = {
    "dung-han": "Tỷ lệ giải quyết trước và đúng hạn theo cơ quan",
    "theo-thang": "Tiếp nhận, giải quyết và đang giải quyết theo tháng",
    "qua-han": "Hồ sơ đang giải quyết quá hạn theo số ngày quá hạn",
    "theo-cap": "Tỷ lệ theo cấp giải quyết",
    "thoi-gian": "Thời gian giải quyết so với thời hạn",
    "cham-tiep-nhan": "Chậm tiếp nhận hồ sơ trực tuyến theo nguồn",
    "co-quan-thang": "Tỷ lệ trước và đúng hạn theo cơ quan và tháng",
    "hai-nam": "Tỷ lệ trong 24 tháng",
}
CHART_TABS = {
    "dung-han": "Đúng hạn theo cơ quan",
    "theo-thang": "Theo tháng",
    "qua-han": "Tuổi hồ sơ quá hạn",
    "theo-cap": "Theo cấp",
    "thoi-gian": "So với thời hạn",
    "cham-tiep-nhan": "Chậm tiếp nhận",
    "co-quan-thang": "Cơ quan × tháng",
    "hai-nam": "24 tháng",
}
ON_SUMMARY = ("dung-han", "theo-thang", "qua-han")
BY_DATE = frozenset({"dung-han", "qua-han", "theo-cap", "co-quan-thang", "hai-nam"})
"""Charts that tell in time from late."""
CHART_NOTES = {
    "dung-han": (
        "Tối đa 25 cơ quan giải quyết nhiều nhất. Vạch ngang là khoảng tin cậy 95 % (Wilson): với ít hồ sơ, "
        "tỷ lệ có thể cao hay thấp do ngẫu nhiên, nên khoảng rộng."
    ),
    "thoi-gian": (
        "Tính trên hồ sơ có kết quả trong kỳ, thời hạn theo ngày hoặc giờ làm việc (ngày làm việc 8 giờ), "
        "không kể lúc tạm dừng. Hồ sơ có thời hạn theo ngày lịch, theo tháng hoặc giải quyết trong ngày "
        "không có ở đây."
    ),
    "co-quan-thang": "Tối đa 25 cơ quan giải quyết nhiều nhất trong 12 tháng; tháng tính theo ngày kết thúc.",
    "hai-nam": "Tháng tính theo ngày kết thúc hồ sơ; tiếp nhận tính theo ngày hạn tiếp nhận.",
    "cham-tiep-nhan": "Mỗi lần nộp là một lượt có hạn trả lời riêng; danh sách có mỗi lượt một dòng.",
}


_NOTHING_DRAWN = {
    "qua-han": "Không có hồ sơ nào đang giải quyết quá hạn ở cuối kỳ.",
    "thoi-gian": "Không có hồ sơ nào có kết quả trong kỳ mà so được với thời hạn.",
    "cham-tiep-nhan": "Không có hồ sơ trực tuyến nào có hạn tiếp nhận trong kỳ.",
    "hai-nam": "Không có hồ sơ nào kết thúc hay đến hạn tiếp nhận trong 24 tháng.",
}


def nothing_drawn(chart: str) -> str:
    """What stands in the place of a chart that would show nothing but zeros."""
    return _NOTHING_DRAWN.get(chart, "Không có hồ sơ nào để vẽ trong kỳ này.")


def month_name(month: Period, *, short: bool = False) -> str:
    """`11/2026`, or where there is little room `11/26`."""
    return f"{month.number}/{month.year % 100:02}" if short else f"{month.number}/{month.year}"


def used_name(place: int) -> str:
    """`đến 25 %`, `26 – 50 %`, `trên 150 %`: a band of the limit used."""
    first, last = edges(LIMIT_USED)[place]
    if last is None:
        return f"trên {first - 1} %"
    return f"{first} – {last} %" if first else f"đến {last} %"


def band_name(first: int, last: int | None) -> str:
    """`Đến 5 ngày`, `6 – 10 ngày`, `Trên 90 ngày`."""
    if last is None:
        return f"Trên {first - 1} ngày"
    return f"{first} – {last} ngày" if first else f"Đến {last} ngày"


# The words of the badges, for files.
STANDINGS = {
    "early": "Trước hạn",
    "on_time": "Đúng hạn",
    "late": "Giải quyết quá hạn",
    "finished": "Đã có kết quả",
    "withdrawn": "Đã rút",
    "stopped": "Dừng giải quyết",
    "refused": "Từ chối tiếp nhận",
    "no_due_date": "Không có hạn",
    "paused": "Tạm dừng",
    "overdue": "Quá hạn",
    "on_track": "Trong hạn",
    "waiting": "Chờ tiếp nhận",
    "late_reception": "Chậm tiếp nhận",
    "awaiting_applicant": "Chờ người nộp",
}
