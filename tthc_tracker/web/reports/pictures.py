"""The charts of the summary: their numbers, their pictures, and the tables beside them."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from tthc_tracker.charts import statistics as charts
from tthc_tracker.charts.canvas import Form
from tthc_tracker.charts.drawn import Drawn, mark_of
from tthc_tracker.domain import periods
from tthc_tracker.domain.performance import rate
from tthc_tracker.queries import settings, statistics, statisticstrends
from tthc_tracker.queries.statistics import Line, Statistics
from tthc_tracker.queries.statisticscells import Question
from tthc_tracker.queries.statisticstrends import Band, Month
from tthc_tracker.rendering import elsewhere
from tthc_tracker.web.reports.answers import Answers
from tthc_tracker.web.reports.links import Linked, counted, in_month
from tthc_tracker.wording.formats import number, percent
from tthc_tracker.wording.statistics import band_name, nothing_drawn

MOST_AGENCIES = 25
DPI = 100

LIFE = dt.timedelta(seconds=60)
_tables: Answers[Statistics] = Answers(LIFE)
_months: Answers[tuple[Month, ...]] = Answers(LIFE)
_bands: Answers[tuple[Band, ...]] = Answers(LIFE)
_drawn = Drawn()


@dataclass(frozen=True)
class Picture:
    """A chart: what tells it apart, how to draw it, what it says in words and as a table."""

    name: str
    mark: str
    draw: Callable[[Form], bytes]
    height: int
    alt: str
    head: tuple[str, ...]
    rows: tuple[tuple[Linked, ...], ...]

    @property
    def columns(self) -> list[dict[str, str]]:
        """The heads as a table asks for them."""
        return [{"label": label, "kind": "num" if place else "text"} for place, label in enumerate(self.head)]

    @property
    def is_empty(self) -> bool:
        """Whether no dossier stands behind any of its numbers: there is nothing to draw but zeros."""
        return not any(cell.url for row in self.rows for cell in row)

    @property
    def nothing(self) -> str:
        """What is said in its place then."""
        return nothing_drawn(self.name)

    def written(self, form: Form) -> bytes:
        """The picture as a file, drawn once for these numbers."""
        return _drawn.get(f"{self.mark}.{form}", lambda: self.draw(form))


def table(session: Session, question: Question, now: dt.datetime, *, afresh: bool = False) -> Statistics:
    """The table, at most a minute old."""
    if afresh:
        _tables.forget(session, question)
    return _tables.get(session, question, now, lambda: statistics.statutory(session, question, now))


def _on_time(session: Session, question: Question, now: dt.datetime) -> Picture:
    lines = _largest(table(session, question, now).rows)
    target = Decimal(settings.setting(session, "on_time_target", None, question.end))
    shares = [(line.label, line.row.early + line.row.on_time, line.row.resolved) for line in lines]
    below = sum(_percent(num, den) < target for _, num, den in shares)
    return Picture(
        name="dung-han",
        mark=mark_of("dung-han", shares, target),
        draw=lambda form: elsewhere(charts.on_time_by_agency, shares, target, form),
        height=round(charts.on_time_height(len(shares)) * DPI),
        alt=f"Biểu đồ thanh: {number(len(shares))} cơ quan, {number(below)} dưới {percent(target, 0)}.",
        head=("Cơ quan", "Trước và đúng hạn", "Đã giải quyết", "Tỷ lệ"),
        rows=tuple(
            (
                Linked(label),
                counted(question, "in_time", num, key=line.key),
                counted(question, "resolved", den, key=line.key),
                Linked(percent(_percent(num, den))),
            )
            for line, (label, num, den) in zip(lines, shares, strict=True)
        ),
    )


def _largest(lines: tuple[Line, ...]) -> list[Line]:
    """Those that resolved most, in the order of the catalogue: a picture of two hundred says nothing."""
    resolved = [line for line in lines if line.row.resolved]
    most = sorted(resolved, key=lambda line: -line.row.resolved)[:MOST_AGENCIES]
    keys = {line.key for line in most}  # two hundred lines held against 25 are slow to compare
    return [line for line in resolved if line.key in keys]


def _percent(num: int, den: int) -> Decimal:
    return rate(num, den).percent or Decimal(0)


def _by_month(session: Session, question: Question, now: dt.datetime) -> Picture:
    found = _months.get(session, question, now, lambda: statisticstrends.months(session, question, now))
    drawn = [
        (f"{each.number}/{each.year % 100:02}", each.received, each.resolved, each.open) for each in found
    ]
    last = found[-1]
    return Picture(
        name="theo-thang",
        mark=mark_of("theo-thang", drawn),
        draw=lambda form: elsewhere(charts.by_month, drawn, form),
        height=340,
        alt=(
            f"Biểu đồ cột và đường, 12 tháng đến {last.number}/{last.year}: tháng cuối tiếp nhận "
            f"{number(last.received)}, giải quyết {number(last.resolved)}, còn lại {number(last.open)}."
        ),
        head=("Tháng", "Tiếp nhận", "Giải quyết", "Đang giải quyết cuối tháng"),
        rows=tuple(_of_month(question, each) for each in found),
    )


def _of_month(question: Question, month: Month) -> tuple[Linked, ...]:
    asked = in_month(question, periods.month(month.year, month.number))
    return (
        Linked(f"{month.number}/{month.year}"),
        counted(asked, "filed", month.received),
        counted(asked, "resolved", month.resolved),
        counted(asked, "open", month.open),
    )


def _by_age(session: Session, question: Question, now: dt.datetime) -> Picture:
    found = _bands.get(
        session, question, now, lambda: statisticstrends.overdue_by_age(session, question, now)
    )
    drawn = [(band_name(band.first, band.last), band.number) for band in found]
    total = sum(band.number for band in found)
    return Picture(
        name="qua-han",
        mark=mark_of("qua-han", drawn),
        draw=lambda form: elsewhere(charts.by_age, drawn, form),
        height=280,
        alt=f"Biểu đồ cột: {number(total)} hồ sơ quá hạn, {drawn[-1][0].lower()}: {number(drawn[-1][1])}.",
        head=("Số ngày quá hạn", "Hồ sơ"),
        rows=tuple(
            (Linked(label), counted(question, "open_overdue", count, portion=f"age.{place}"))
            for place, (label, count) in enumerate(drawn)
        ),
    )


PICTURES = {"dung-han": _on_time, "theo-thang": _by_month, "qua-han": _by_age}
