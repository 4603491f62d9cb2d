"""The words of the indicators of the session, and the sentence that a number is copied as."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import Enum
from typing import Any, Protocol

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.indicators import (
    Computed,
    Direction,
    Entry,
    Figure,
    Measure,
    Outcome,
    Trend,
)
from tthc_tracker.domain.periods import Period, PeriodKind
from tthc_tracker.wording.formats import NOTHING, amount, day, number, percent
from tthc_tracker.wording.statistics import period_name

MEASURES = {Measure.PERCENT: "Tỷ lệ (%)", Measure.COUNT: "Số lượng"}
DIRECTIONS = {
    Direction.HIGHER: "Càng cao càng tốt",
    Direction.LOWER: "Càng thấp càng tốt",
    Direction.NEITHER: "Nhiều hay ít không nói tốt, xấu",
}
OUTCOMES = {
    Outcome.EXCEEDED: "Vượt",
    Outcome.MET: "Đạt",
    Outcome.NOT_MET: "Chưa đạt",
    Outcome.NO_DATA: "Chưa có số liệu",
    Outcome.NO_TARGET: "Chưa giao mức",
}
TRENDS = {
    Trend.BETTER: "tốt hơn kỳ trước",
    Trend.SAME: "bằng kỳ trước",
    Trend.WORSE: "kém hơn kỳ trước",
    Trend.MORE: "nhiều hơn kỳ trước",
    Trend.LESS: "ít hơn kỳ trước",
    Trend.UNKNOWN: "chưa so được",
}
ENTRIES = {
    Entry.NOT_ASKED: "Không phải nhập",
    Entry.ENTERED: "Đã nhập đủ",
    Entry.OPEN: "Chờ nhập",
    Entry.DUE_SOON: "Sắp đến hạn nhập",
    Entry.OVERDUE: "Quá hạn nhập",
}
COMPUTED = {
    Computed.ELECTRONIC: "Hồ sơ giải quyết hoàn toàn điện tử trên hồ sơ đã giải quyết trong kỳ (biết rõ)",
    Computed.ONLINE: "Hồ sơ nộp trực tuyến trên hồ sơ tiếp nhận trong kỳ",
    Computed.ONLINE_PAYMENT: "Hồ sơ nộp phí, lệ phí trực tuyến trên hồ sơ có phí, lệ phí tiếp nhận trong kỳ",
    Computed.ON_TIME: "Hồ sơ giải quyết trước và đúng hạn trên hồ sơ đã giải quyết trong kỳ",
    Computed.RECEPTION: "Lượt nộp trực tuyến được trả lời đúng hạn trên lượt nộp đến hạn trong kỳ",
    Computed.COMPONENTS: "Hồ sơ có thành phần được số hoá trên hồ sơ tiếp nhận trong kỳ (đã biết rõ)",
    Computed.RESULTS: "Hồ sơ có kết quả đã số hoá trên hồ sơ đã giải quyết trong kỳ; chưa ghi là chưa số hoá",
    Computed.CITIZEN_CARD: "Hồ sơ của công dân có số định danh 12 chữ số trên hồ sơ của công dân trong kỳ",
    Computed.FIELD_REPORTS: "Phản ánh hiện trường tiếp nhận trong kỳ",
}
INDICATOR_LABELS: dict[type[Enum], dict[Any, str]] = {
    Measure: MEASURES,
    Direction: DIRECTIONS,
    Outcome: OUTCOMES,
    Trend: TRENDS,
    Entry: ENTRIES,
    Computed: COMPUTED,
}

# outcome → (shape, tone); entry likewise. Colour only repeats the shape and the word.
OUTCOME_LOOKS = {
    Outcome.EXCEEDED: ("early", "ok"),
    Outcome.MET: ("done", "ok"),
    Outcome.NOT_MET: ("overdue", "danger"),
    Outcome.NO_DATA: ("no-date", "neutral"),
    Outcome.NO_TARGET: ("dot", "neutral"),
}
ENTRY_LOOKS = {
    Entry.NOT_ASKED: ("dot", "neutral"),
    Entry.ENTERED: ("done", "ok"),
    Entry.OPEN: ("waiting", "info"),
    Entry.DUE_SOON: ("due-soon", "warn"),
    Entry.OVERDUE: ("overdue", "danger"),
}
TREND_MARKS = {
    Trend.BETTER: "▲",
    Trend.SAME: "=",
    Trend.WORSE: "▼",
    Trend.MORE: "↑",
    Trend.LESS: "↓",
    Trend.UNKNOWN: "",
}

PARTS: Mapping[str, str] = {
    "": "Chung",
    Level.BO.value: "Cấp bộ",
    Level.TINH.value: "Cấp tỉnh",
    Level.HUYEN.value: "Cấp huyện",
    Level.XA.value: "Cấp xã",
}

RHYTHMS = {
    PeriodKind.QUARTER: "Theo quý",
    PeriodKind.MONTH: "Theo tháng",
    PeriodKind.HALF_YEAR: "Theo 6 tháng",
    PeriodKind.YEAR: "Theo năm",
}
NO_RHYTHM = "Hãy chọn kỳ của chỉ tiêu."
HAS_FIGURES = "Chỉ tiêu đã có số liệu hoặc mức giao theo kỳ cũ: không đổi kỳ được. Hãy thêm chỉ tiêu khác."
OTHER_RHYTHM = "Chỉ tiêu này theo kỳ khác. Hãy mở kỳ của chỉ tiêu rồi ghi."
NO_NAME = "Hãy ghi tên chỉ tiêu."
NO_UNIT = "Hãy ghi đơn vị tính."
NO_AGENCY = "Không có cơ quan này trong phạm vi của bạn. Hãy chọn lại."
NO_PART = "Chỉ tiêu này không có cấp ấy trong kỳ. Hãy chọn lại."
NO_BASIS = "Hãy ghi mức giao theo văn bản nào."
NO_EVIDENCE = "Hãy ghi căn cứ: báo cáo, văn bản, màn hình nào cho số này."
NO_REASON = "Kỳ này đã có số liệu. Hãy ghi vì sao sửa; số cũ vẫn được giữ."
NOT_BEGUN = "Kỳ này chưa bắt đầu. Hãy chọn kỳ khác."
IS_COMPUTED = "Chỉ tiêu này được tính từ hồ sơ, không nhập tay."
BOTH_PARTS = "Hãy ghi cả tử số và mẫu số, hoặc để trống cả hai."
NO_SHARE = "Tử số phải từ 0 đến mẫu số, mẫu số lớn hơn 0."
OTHER_SHARE = "Tử số và mẫu số cho {made}, khác tỷ lệ đã ghi. Hãy sửa hoặc để trống tỷ lệ."
NO_PERCENT = "Hãy ghi tỷ lệ từ 0 đến 100, nhiều nhất hai chữ số thập phân."
NO_COUNT = "Hãy ghi một số không âm, nhiều nhất hai chữ số thập phân."
DAYS = "Hạn nhập từ 1 đến 60 ngày làm việc sau khi hết kỳ."
ADDED = "Đã thêm chỉ tiêu."
EDITED = "Đã lưu chỉ tiêu."
ENTERED = "Đã ghi số liệu."
TARGET_SET = "Đã giao mức."
OWN_AGENCY_ONLY = "Chỉ tiêu này do cơ quan khác quản lý: bạn chỉ nhập được số của riêng cơ quan mình."
OWN_DOSSIERS = "Số tính từ hồ sơ là của các cơ quan trong phạm vi bạn được xem."


def figure(found: Figure | None, measure: Measure, unit: str) -> str:
    """`96,00 %`, `185/185 (100,00 %)` is for tables: here the number with its unit, `48 phản ánh`."""
    if found is None:
        return NOTHING
    return percent(found.value) if measure is Measure.PERCENT else f"{amount(found.value)} {unit}"


def target(value: Decimal | None, measure: Measure, unit: str) -> str:
    """The same of a target."""
    return figure(None if value is None else Figure(value), measure, unit)


def made_of(found: Figure | None) -> str:
    """`185/185`, or nothing where its parts are not known."""
    if found is None or found.den is None or found.num is None:
        return ""
    return f"{number(found.num)}/{number(found.den)}"


def short_period(period: Period) -> str:
    """A period as a picture has room for it: `3/24`, of a year `2024`."""
    return str(period.year) if period.kind is PeriodKind.YEAR else f"{period.number}/{period.year % 100:02}"


class Named(Protocol):
    """What an indicator is called."""

    @property
    def name(self) -> str: ...
    @property
    def measure(self) -> Measure: ...
    @property
    def unit(self) -> str: ...


def period_words(period: Period) -> str:
    """`Quý I/2024 (từ 15/12/2023 đến 14/03/2024)`."""
    return f"{period_name(period)} (từ {day(period.start)} đến {day(period.end)})"


def sentence(
    view: Named, part: str, found: Figure | None, period: Period, goal: Decimal | None, outcome: Outcome
) -> str:
    """A number as it is copied: its period, what it is, numerator and denominator, target and outcome."""
    where = f", {part[0].lower()}{part[1:]}" if part else ""
    subject = f"{period_words(period)}: {view.name}{where}"
    if found is None:
        return f"{subject} chưa có số liệu."
    parts = made_of(found)
    unknown = "; tử số, mẫu số không có trong nguồn" if view.measure is Measure.PERCENT else ""
    said = f"{subject} {'đạt ' if view.measure is Measure.PERCENT else 'là '}"
    said += figure(found, view.measure, view.unit) + (f" ({parts})" if parts else unknown)
    if goal is not None:
        said += f"; mức giao {target(goal, view.measure, view.unit)}: {OUTCOMES[outcome].lower()}"
    return f"{said}."


def rate_sentence(name: str, num: int, den: int, share: Decimal | None, period: Period) -> str:
    """A rate of the summary as it is copied."""
    made = (
        f"{percent(share)} ({number(num)}/{number(den)})" if share is not None else "không có trường hợp nào"
    )
    return f"{period_words(period)}: {name[0].lower()}{name[1:]} {made}."


def rates_sentence(where: str, shares: Iterable[tuple[str, int, int, Decimal | None]], period: Period) -> str:
    """All rates of a row of the summary as they are copied: label, numerator, denominator, per cent."""
    told = [
        f"{name[0].lower()}{name[1:]} {percent(share)} ({number(num)}/{number(den)})"
        for name, num, den, share in shares
        if share is not None
    ]
    return f"{period_words(period)}, {where}: {'; '.join(told) or 'không có trường hợp nào'}."


def count_sentence(name: str, many: int, period: Period) -> str:
    """A count of the summary as it is copied."""
    return f"{period_words(period)}: {name[0].lower()}{name[1:]}: {number(many)} hồ sơ."
