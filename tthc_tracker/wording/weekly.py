"""The words of the weekly summary."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Protocol

from tthc_tracker.domain.performance import FEWEST_TO_RANK, Rate, RateName
from tthc_tracker.domain.periods import Period
from tthc_tracker.wording.formats import NOTHING, day, number, percent

RATES = {
    RateName.ON_TIME: "Giải quyết trước và đúng hạn",
    RateName.RECEPTION: "Tiếp nhận trực tuyến đúng hạn",
    RateName.OVERDUE_OPEN: "Quá hạn trong số đang giải quyết",
    RateName.ONLINE: "Nộp trực tuyến",
}

# Whether more is better; of what people choose themselves (by which way they file) nothing is said.
_MORE_IS_BETTER = {RateName.ON_TIME: True, RateName.RECEPTION: True, RateName.OVERDUE_OPEN: False}

FAIRNESS = (
    f"Chỉ xếp hạng nơi đã giải quyết từ {FEWEST_TO_RANK} hồ sơ trở lên: ít hơn thì một hai hồ sơ đã đổi cả "
    "thứ hạng. Khoảng tin cậy (Wilson, 95 %) nói tỷ lệ thật nằm trong khoảng nào; hai nơi có khoảng chồng "
    "lên nhau thì chưa thể nói nơi nào làm tốt hơn. Tỷ lệ bằng nhau thì cùng hạng."
)
NO_RANKING = f"Chưa nơi nào giải quyết đủ {FEWEST_TO_RANK} hồ sơ để xếp hạng."
TOO_FEW = f"chưa đủ {FEWEST_TO_RANK} hồ sơ"
MOST_UNITS = 50


class Summed(Protocol):
    """What the subject needs of a summary."""

    @property
    def rates(self) -> "tuple[Compares, ...]": ...
    @property
    def week(self) -> Period: ...
    @property
    def agency(self) -> str: ...
    @property
    def target(self) -> Decimal: ...


class Compares(Protocol):
    """A rate beside that of the week before."""

    @property
    def name(self) -> RateName: ...
    @property
    def rate(self) -> Rate: ...
    @property
    def change(self) -> Decimal | None: ...


class WeekOf(Protocol):
    """A week with its rate."""

    @property
    def week(self) -> Period: ...
    @property
    def rate(self) -> Rate: ...


def subject(mail: Summed) -> str:
    """The message itself: the rate, against the target and the week before."""
    first = mail.rates[0]
    if first.rate.percent is None:
        return f"Tuần {span(mail.week)}: chưa có hồ sơ nào giải quyết xong ({mail.agency})"
    stands = "đạt" if first.rate.percent >= mail.target else "dưới"
    said = f"Tuần {span(mail.week)}: đúng hạn {percent(first.rate.percent)}"
    said += f", {stands} mục tiêu {percent(mail.target, 0)}"
    moved = points(first.change)
    return f"{said}, {moved} so với tuần trước ({mail.agency})" if moved else f"{said} ({mail.agency})"


def span(week: Period) -> str:
    """`16/11–22/11/2026`."""
    return f"{week.start:%d/%m}–{day(week.end)}"


def short_week(week: Period) -> str:
    """Its Monday, for an axis."""
    return f"{week.start:%d/%m}"


def points(change: Decimal | None) -> str:
    """`tăng 1,2 điểm`; empty when there is nothing to compare with."""
    if change is None:
        return ""
    if change == 0:
        return "không đổi"
    return f"{'tăng' if change > 0 else 'giảm'} {number(abs(change), 2)} điểm"


def verdict(name: RateName, change: Decimal | None) -> str:
    """`tốt lên`, `xấu đi`; empty for no change."""
    if not change or name not in _MORE_IS_BETTER:
        return ""
    return "tốt lên" if (change > 0) is _MORE_IS_BETTER[name] else "xấu đi"


def parts(rate: Rate) -> str:
    """`412/431`."""
    return f"{number(rate.num)}/{number(rate.den)}" if rate.den else NOTHING


def weeks_in_words(weeks: Iterable[WeekOf]) -> str:
    """What the picture shows, week by week: its text alternative."""
    said = [f"tuần từ {short_week(one.week)}: {percent(one.rate.percent)}" for one in weeks]
    return "Tỷ lệ đúng hạn từng tuần: " + "; ".join(said) + "."
