"""The charts that hold one beside another: levels, two years, agencies by month, sources, limits used."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from sqlalchemy.orm import Session

from tthc_tracker.charts import comparisons as charts
from tthc_tracker.charts.drawn import mark_of
from tthc_tracker.domain.performance import Rate, RateName
from tthc_tracker.queries import agencylengths, agencymonths, agencyreports, settings, statistics
from tthc_tracker.queries.agencylengths import Taken
from tthc_tracker.queries.agencymonths import AgencyMonths
from tthc_tracker.queries.agencyreports import MonthRates, SourceReceptions
from tthc_tracker.queries.statisticscells import PARTS, By, Question
from tthc_tracker.rendering import elsewhere
from tthc_tracker.web.reports.answers import Answers
from tthc_tracker.web.reports.links import Linked, counted, in_month
from tthc_tracker.web.reports.pictures import DPI, LIFE, Picture, table
from tthc_tracker.wording.formats import number, percent
from tthc_tracker.wording.statistics import RATES, month_name, used_name

_LEVEL_RATES = (RateName.ON_TIME, RateName.RECEPTION, RateName.ONLINE)
_MONTH_RATES = ("Giải quyết trước và đúng hạn", "Tiếp nhận trực tuyến đúng hạn")
_WHOLE = 4  # the first band past the limit

_rates: Answers[tuple[MonthRates, ...]] = Answers(LIFE)
_taken: Answers[Taken] = Answers(LIFE)
_sources: Answers[tuple[SourceReceptions, ...]] = Answers(LIFE)
_heat: Answers[AgencyMonths] = Answers(LIFE)


def _target(session: Session, question: Question) -> Decimal:
    return Decimal(settings.setting(session, "on_time_target", None, question.end))


def taken(session: Session, question: Question, now: dt.datetime) -> Taken:
    """How long the finished took, at most a minute old."""
    return _taken.get(session, question, now, lambda: agencylengths.lengths(session, question, now))


# --- levels


def by_level(session: Session, question: Question, now: dt.datetime) -> Picture:
    """Three rates of every level side by side."""
    of_agencies = table(session, question, now)
    by = in_levels(question)
    lines = [line for line in statistics.levels_of(session, of_agencies, by).rows if line.row.received]
    target = _target(session, question)
    drawn = [(line.label, tuple(line.rates[name].percent for name in _LEVEL_RATES)) for line in lines]
    series = [RATES[name] for name in _LEVEL_RATES]
    head = ("Cấp giải quyết", *(word for name in series for word in (name, "Tử số", "Mẫu số")))
    told = "; ".join(f"{label}: {percent(shares[0])} trước và đúng hạn" for label, shares in drawn)
    return Picture(
        name="theo-cap", mark=mark_of("theo-cap", drawn, target), height=320,
        draw=lambda form: elsewhere(charts.by_level, drawn, series, target, form),
        alt=f"Biểu đồ cột theo cấp. {told}.", head=head,
        rows=tuple(
            (Linked(line.label), *(
                part
                for name in _LEVEL_RATES
                for part in _share(by, line.rates[name], PARTS[name], line.key)
            ))
            for line in lines
        ),
    )  # fmt: skip


def in_levels(question: Question) -> Question:
    """The same question in rows of levels."""
    return replace(question, by=By.LEVEL, second=False)


def _share(
    question: Question, rate: Rate, cells: tuple[str, str], key: str | None = None
) -> tuple[Linked, ...]:
    """A rate with its two parts, each with its dossiers."""
    num, den = cells
    return (
        Linked(percent(rate.percent)),
        counted(question, num, rate.num, key=key),
        counted(question, den, rate.den, key=key),
    )


# --- two years


def two_years(session: Session, question: Question, now: dt.datetime) -> Picture:
    """Both rates of the last 24 months."""
    found = _rates.get(session, question, now, lambda: agencyreports.rates_by_month(session, question, now))
    target = _target(session, question)
    drawn = [
        (month_name(one.month, short=True), (one.on_time.percent, one.reception.percent)) for one in found
    ]
    last = found[-1]
    return Picture(
        name="hai-nam", mark=mark_of("hai-nam", drawn, target), height=330,
        draw=lambda form: elsewhere(charts.rates_by_month, drawn, _MONTH_RATES, target, form),
        alt=(
            f"Biểu đồ đường, 24 tháng đến {month_name(last.month)}: tháng cuối giải quyết trước và đúng hạn "
            f"{percent(last.on_time.percent)}, tiếp nhận trực tuyến đúng hạn "
            f"{percent(last.reception.percent)}."
        ),
        head=("Tháng", "Trước và đúng hạn", "Tử số", "Đã giải quyết", "Tiếp nhận đúng hạn", "Tử số",
              "Lượt đến hạn"),
        rows=tuple(_of_month(question, one) for one in reversed(found)),
    )  # fmt: skip


def _of_month(question: Question, one: MonthRates) -> tuple[Linked, ...]:
    asked = in_month(question, one.month)
    return (
        Linked(month_name(one.month)),
        *_share(asked, one.on_time, PARTS[RateName.ON_TIME]),
        *_share(asked, one.reception, PARTS[RateName.RECEPTION]),
    )


# --- agencies by month


def heat(session: Session, question: Question, now: dt.datetime) -> Picture:
    """The on-time rate of the largest agencies in each of twelve months."""
    found = _heat.get(session, question, now, lambda: agencymonths.on_time(session, question, now))
    target = _target(session, question)
    months = [month_name(month, short=True) for month in found.months]
    drawn = [(row.name, tuple(rate.percent for rate in row.rates)) for row in found.rows]
    below = sum(share is not None and share < target for _, shares in drawn for share in shares)
    return Picture(
        name="co-quan-thang", mark=mark_of("co-quan-thang", drawn, months, target),
        height=round(charts.heat_height(len(drawn)) * DPI),
        draw=lambda form: elsewhere(charts.heat, drawn, months, target, form),
        alt=(
            f"Bảng nhiệt: {number(len(drawn))} cơ quan, {number(len(months))} tháng; {number(below)} ô dưới "
            f"{percent(target, 0)}."
        ),
        head=("Cơ quan", *months),
        rows=tuple(
            (Linked(row.name), *(
                _field(in_month(question, month), rate, row.code)
                for month, rate in zip(found.months, row.rates, strict=True)
            ))
            for row in found.rows
        ),
    )  # fmt: skip


def _field(asked: Question, rate: Rate, code: str) -> Linked:
    if not rate.den:
        return Linked("–")
    said = f"{percent(rate.percent, 0)} ({number(rate.num)}/{number(rate.den)})"
    return Linked(said, counted(asked, "resolved", rate.den, key=code).url)


# --- late reception by source


def late_receptions(session: Session, question: Question, now: dt.datetime) -> Picture:
    """What was answered late or waits late, by where it came from."""
    found = _sources.get(
        session, question, now, lambda: agencyreports.receptions_by_source(session, question, now)
    )
    drawn = [(one.name, one.row.late, one.row.waiting_late, one.row.due) for one in found]
    late = sum(one.row.late + one.row.waiting_late for one in found)
    return Picture(
        name="cham-tiep-nhan", mark=mark_of("cham-tiep-nhan", drawn),
        height=round(charts.late_receptions_height(len(drawn)) * DPI),
        draw=lambda form: elsewhere(charts.late_receptions, drawn, form),
        alt=f"Biểu đồ thanh theo nguồn: {number(late)} lượt chậm tiếp nhận của {number(len(found))} nguồn.",
        head=("Nguồn", "Lượt đến hạn", "Trả lời trong hạn", "Trả lời quá hạn", "Còn chờ, đã quá hạn"),
        rows=tuple(
            (Linked(one.name), *(
                counted(question, f"reception_{cell}", getattr(one.row, cell), portion=f"source.{one.code}")
                for cell in ("due", "in_time", "late", "waiting_late")
            ))
            for one in found
        ),
    )  # fmt: skip


# --- limits used


def limit_used(session: Session, question: Question, now: dt.datetime) -> Picture:
    """How much of their limit the finished took."""
    used = taken(session, question, now).used
    drawn = [(used_name(place), count, place >= _WHOLE) for place, count in enumerate(used)]
    past = sum(used[_WHOLE:])
    return Picture(
        name="thoi-gian", mark=mark_of("thoi-gian", drawn), height=310,
        draw=lambda form: elsewhere(charts.limit_used, drawn, form),
        alt=(
            f"Biểu đồ cột: {number(sum(used))} hồ sơ có kết quả, {number(past)} dùng quá thời hạn."
        ),
        head=("Phần thời hạn đã dùng", "Hồ sơ"),
        rows=tuple(
            (Linked(label), counted(question, "measured", count, portion=f"used.{place}"))
            for place, (label, count, _) in enumerate(drawn)
        ),
    )  # fmt: skip


PICTURES = {
    "theo-cap": by_level, "hai-nam": two_years, "co-quan-thang": heat, "cham-tiep-nhan": late_receptions,
    "thoi-gian": limit_used,
}  # fmt: skip
