"""The words of what a period is held against: signs and words, so that no colour says anything alone."""

from dataclasses import dataclass
from decimal import Decimal

from tthc_tracker.domain.comparisons import Change, Direction, Verdict
from tthc_tracker.domain.performance import RateName
from tthc_tracker.domain.periods import Period
from tthc_tracker.wording.formats import number, percent
from tthc_tracker.wording.statistics import RATES, period_name

TITLE = "So sánh với kỳ khác"
EARLIER = {"previous": "Kỳ trước", "last_year": "Cùng kỳ năm trước"}
NOT_ENDED = (
    "Kỳ chưa kết thúc, nên kỳ trước và cùng kỳ năm trước chỉ tính đến cùng số ngày đã qua "
    "({days} ngày đầu kỳ)."
)
POINTS = "Chênh lệch tỷ lệ tính bằng điểm phần trăm, từ hai tỷ lệ như đã ghi."
NO_FIGURES = "không có số liệu"
NO_SHARE = "không có để so"

COUNTS = {
    "filed": "Tiếp nhận trong kỳ",
    "resolved": "Đã giải quyết",
    "late": "Giải quyết quá hạn",
    "open_overdue": "Đang giải quyết, quá hạn",
}
SHARES = RATES | {
    RateName.ON_TIME: "Giải quyết trước và đúng hạn",
    RateName.ON_TIME_COMPLETED: "Trước và đúng hạn, không kể rút, dừng",
    RateName.OVERDUE_OPEN: "Quá hạn trong số đang giải quyết",
    RateName.RECEPTION: "Tiếp nhận trực tuyến đúng hạn",
}
_MOST_TOLD = 1000  # per cent
_SHAPES = {Direction.UP: "up", Direction.DOWN: "down", Direction.SAME: "dot"}
_TONES = {Verdict.BETTER: "ok", Verdict.WORSE: "danger"}
_VERDICTS = {
    Verdict.BETTER: "tốt hơn", Verdict.WORSE: "kém hơn", Verdict.SAME: "như cũ", Verdict.NEITHER: "khác",
}  # fmt: skip
_WAYS = {Direction.UP: "tăng", Direction.DOWN: "giảm", Direction.SAME: "như cũ"}


@dataclass(frozen=True)
class Said:
    """A change as a badge says it: words, and a tone and a shape that repeat them."""

    words: str
    tone: str
    shape: str


def earlier_name(period: Period, whole: Period) -> str:
    """`Quý III/2026`, or of a part `Quý III/2026, 73 ngày đầu`."""
    return period_name(whole) if period == whole else f"{period_name(whole)}, {period.days} ngày đầu"


def signed(value: Decimal | int, places: int = 0) -> str:
    """`+1.200`, `−0,42`, `0`: a sign for all but nothing."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return sign + number(Decimal(value).copy_abs(), places)


def change_of_rate(change: Change) -> Said:
    """`+1,20 điểm, tốt hơn`."""
    return _said(change, f"{signed(change.by, 2)} điểm")


def change_of_count(change: Change) -> Said:
    """`+120 (+3,20 %), tăng`; more than ten times as many is told by the numbers alone."""
    told = change.share is not None and change.by and change.share < _MOST_TOLD
    share = f" ({signed(change.by)[0]}{percent(change.share)})" if told else ""
    return _said(change, signed(change.by) + share)


def to_target(change: Change) -> Said:
    """`đạt, cao hơn 1,20 điểm` or `chưa đạt, thấp hơn 0,40 điểm`."""
    if change.verdict is Verdict.WORSE:
        return Said(f"chưa đạt, thấp hơn {number(-change.by, 2)} điểm", "danger", "down")
    more = f", cao hơn {number(change.by, 2)} điểm" if change.by else ""
    return Said(f"đạt{more}", "ok", "check")


def _said(change: Change, amount: str) -> Said:
    words = _WAYS[change.direction] if change.verdict is Verdict.NEITHER else _VERDICTS[change.verdict]
    return Said(f"{amount}, {words}", _TONES.get(change.verdict, "neutral"), _SHAPES[change.direction])
