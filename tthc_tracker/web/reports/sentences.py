"""The numbers of the summary as sentences that are copied: with period, numerator and denominator."""

from tthc_tracker.domain.performance import RateName
from tthc_tracker.domain.periods import Period
from tthc_tracker.queries.statistics import Line
from tthc_tracker.web.reports.tables import Shown
from tthc_tracker.wording.indicators import count_sentence, rate_sentence, rates_sentence


def of_tiles(total: Line, period: Period, where: str) -> dict[str, str]:
    """Of what stands on top of the page; where: the agency it is narrowed to, '' for none."""
    rates, of = total.rates, f" của {where}" if where else ""

    def rate(words: str, name: RateName) -> str:
        found = rates[name]
        return rate_sentence(f"{words}{of}", found.num, found.den, found.percent, period)

    return {
        "received": count_sentence(f"Số hồ sơ nhận giải quyết{of}", total.row.received, period),
        "on_time": rate("Tỷ lệ giải quyết trước và đúng hạn", RateName.ON_TIME),
        "overdue": rate("Tỷ lệ đang giải quyết quá hạn", RateName.OVERDUE_OPEN),
        "reception": rate("Tỷ lệ tiếp nhận trực tuyến đúng hạn", RateName.RECEPTION),
    }


def of_row(row: Shown, period: Period) -> str:
    """Every rate of a row in one sentence."""
    shares = [(one.label, one.num.value, one.den.value, one.percent) for one in row.shares]
    return rates_sentence(row.label, shares, period)
