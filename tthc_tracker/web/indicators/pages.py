"""The board of a period, one indicator with its history, its picture."""

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.charts import indicators as charts
from tthc_tracker.charts.drawn import Drawn, mark_of
from tthc_tracker.domain import periods
from tthc_tracker.domain.indicators import RHYTHMS, WHOLE, parts_owed
from tthc_tracker.domain.periods import Period
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import filtering
from tthc_tracker.queries import indicators as reads
from tthc_tracker.queries.indicatorfigures import Reckoned
from tthc_tracker.queries.indicators import BoardRow, History, IndicatorView, Reading
from tthc_tracker.rendering import elsewhere
from tthc_tracker.services import indicators
from tthc_tracker.web.access import requires
from tthc_tracker.web.indicators.behind import Behind, behind, behind_agency
from tthc_tracker.web.indicators.blueprint import blueprint
from tthc_tracker.web.indicators.forms import AddForm, EditForm, TargetForm, ValueForm, part_choices
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import indicators as words
from tthc_tracker.wording.formats import amount
from tthc_tracker.wording.statistics import period_days, period_name

DPI = 100
_drawn = Drawn()


@dataclass(frozen=True)
class Shown:
    """A part of an indicator in words."""

    part: str
    name: str
    figure: str
    parts: str  # numerator/denominator
    target: str
    outcome: str
    looks: tuple[str, str]
    trend: str
    mark: str
    evidence: str
    sentence: str
    computed: bool
    behind: Behind


@blueprint.get("")
@requires(Permission.VIEW_REPORTS)
def board() -> ResponseReturnValue:
    """Every indicator of a period against its target."""
    session, now, period = reading(), clock.now(), asked()
    found = reads.board(session, current_user.scope, period, now, reckoned())
    return render_template(
        "indicators/board.html",
        rows=[(row, _shown(row, period)) for row in found.rows],
        counted=[(one, words.OUTCOMES[one], many) for one, many in found.counted().items()],
        may=bool(indicators.enters_for(current_user)), now=now, rhythms=_rhythms(period, now.date()),
        **around(period, "indicators.board"),
    )  # fmt: skip


@blueprint.get("/them")
@requires(Permission.ENTER_INDICATORS)
def new() -> ResponseReturnValue:
    """The form of a new indicator."""
    form = AddForm(formdata=None)
    form.due_days.data, form.submission_key.data = 5, secrets.token_hex(16)
    return show_form(form)


@blueprint.get("/<code>")
@requires(Permission.VIEW_REPORTS)
def indicator(code: str) -> ResponseReturnValue:
    """One indicator: its quarters, what was entered and corrected, what may be done."""
    return show(code)


@blueprint.get("/<code>/sua")
@requires(Permission.ENTER_INDICATORS)
def change(code: str) -> ResponseReturnValue:
    """The form of an indicator as it stands."""
    view = reads.find(reading(), code, current_user.scope)
    return show_form(EditForm.of(view), view)


@blueprint.get("/<code>/bieu-do.svg")
@requires(Permission.VIEW_REPORTS)
def chart(code: str) -> ResponseReturnValue:
    """The figures of the last quarters as a picture, kept by the browser while they stand."""
    view = reads.find(reading(), code, current_user.scope)
    lines, target, mark = _drawing(_history(view, asked_of(view)))
    answer = Response(status=200, content_type="image/svg+xml")
    answer.set_etag(mark)
    answer.headers["Cache-Control"] = "private, max-age=60"
    if not request.if_none_match.contains(mark):
        answer.set_data(_drawn.get(mark, lambda: elsewhere(charts.by_quarter, lines, target, view.unit)))
    return make_response(answer).make_conditional(request)


# --- what the pages stand on


def asked() -> Period:
    """The period of the address, or the last quarter that has ended."""
    return reads.board_asked(request.args.get("period", ""), clock.now().date())


def quarter_asked() -> Period:
    """The quarter of the address, or the last one that has ended."""
    return reads.period_asked(request.args.get("period", ""), clock.now().date())


def asked_of(view: IndicatorView) -> Period:
    """The same, of the rhythm in which an indicator is told."""
    return reads.period_for(view, asked())


def reckoned() -> Reckoned:
    """What is computed, of the reader's own scope."""
    return Reckoned(reading(), current_user.scope, clock.now())


def around(period: Period, endpoint: str, **values: Any) -> dict[str, Any]:
    """The period in words, with the addresses of its neighbours."""
    previous, following = periods.previous(period), periods.following(period)
    begun = following.start <= clock.now().date()
    return {
        "period": period,
        "period_name": period_name(period),
        "period_days": period_days(period),
        "previous_url": url_for(endpoint, period=previous.key, **values),
        "following_url": url_for(endpoint, period=following.key, **values) if begun else None,
        "words": words,
    }


def show_form(form: AddForm | EditForm, view: IndicatorView | None = None) -> str:
    """The page of a definition."""
    owner = form.owner.data or ""
    return render_template(
        "indicators/form.html", form=form, view=view, period=asked(), words=words,
        owner_text=filtering.agency_name(reading(), owner) if owner else "",
        may_add=bool(indicators.enters_for(current_user)),
    )  # fmt: skip


def show(code: str, value: ValueForm | None = None, target: TargetForm | None = None) -> str:
    """The page of an indicator, with a form as it was refused or with new ones."""
    view = reads.find(reading(), code, current_user.scope)
    period = asked_of(view)
    found = _history(view, period)
    lines, _, _ = _drawing(found)
    return render_template(
        "indicators/indicator.html",
        view=view, found=found, value=_value_form(view, period, value), target=_target_form(view, target),
        rows=[(one, [_part(view, reading_, one) for reading_ in parts]) for one, parts in found.rows],
        agencies=[(one, behind_agency(view.computed, one, period)) for one in found.of_agencies],
        entered=found.entered, drawn=lines, names=words.PARTS,
        alt=_told(lines),
        may=bool(indicators.enters_for(current_user)), chart_columns=_columns(lines),
        may_set=indicators.may_set(reading(), view.agency_id, current_user),
        height=round(charts.HEIGHT * DPI), **around(period, "indicators.indicator", code=code),
    )  # fmt: skip


def _rhythms(period: Period, today: dt.date) -> list[tuple[str, str, bool, None]]:
    """The boards of the other rhythms: of the period in which this one ends, or that has begun by now."""
    day = min(period.end, today)
    return [
        (
            words.RHYTHMS[kind], url_for("indicators.board", period=periods.period_of(kind, day).key),
            kind is period.kind, None,
        )
        for kind in RHYTHMS
    ]  # fmt: skip


def _history(view: IndicatorView, period: Period) -> History:
    return reads.history(reading(), view, current_user.scope, period, reckoned())


def _value_form(view: IndicatorView, period: Period, form: ValueForm | None) -> ValueForm | None:
    if view.computed is not None:
        return None
    form = form or ValueForm(formdata=None)
    parts = parts_owed(view.levels, period)
    form.part.choices = part_choices(parts if WHOLE in parts else (*parts, WHOLE))
    form.submission_key.data = form.submission_key.data or secrets.token_hex(16)
    return form


def _target_form(view: IndicatorView, form: TargetForm | None) -> TargetForm:
    form = form or TargetForm(formdata=None)
    form.part.choices = part_choices((WHOLE, *(one.value for one in view.levels)), "Mọi cấp")
    form.submission_key.data = form.submission_key.data or secrets.token_hex(16)
    return form


def _shown(row: BoardRow, period: Period) -> list[Shown]:
    return [_part(row.indicator, reading_, period) for reading_ in row.readings]


def _part(view: IndicatorView, one: Reading, period: Period) -> Shown:
    name = words.PARTS[one.part]
    said = name if one.part else ""
    return Shown(
        part=one.part, name=name, figure=words.figure(one.figure, view.measure, view.unit),
        parts=words.made_of(one.figure), target=words.target(one.target, view.measure, view.unit),
        outcome=words.OUTCOMES[one.outcome], looks=words.OUTCOME_LOOKS[one.outcome],
        trend=words.TRENDS[one.trend], mark=words.TREND_MARKS[one.trend],
        evidence=one.kept.evidence if one.kept else "",
        sentence=words.sentence(view, said, one.figure, period, one.target, one.outcome),
        computed=view.computed is not None, behind=behind(view.computed, one, period),
    )  # fmt: skip


def _drawing(found: History) -> tuple[list[charts.Line], float | None, str]:
    """What the picture shows, oldest first: a line for each part that has any figure."""
    rows = list(reversed(found.rows))
    parts = list(dict.fromkeys(one.part for _, readings in rows for one in readings))
    lines: list[charts.Line] = []
    for part in parts:
        points = [(words.short_period(quarter), _value_of(part, readings)) for quarter, readings in rows]
        if any(value is not None for _, value in points):
            lines.append((words.PARTS[part], points))
    goals = {one.target for one in found.rows[0][1]}
    goal = goals.pop() if len(goals) == 1 else None  # of levels with targets of their own none is drawn
    target = float(goal) if goal is not None else None
    return lines, target, mark_of(found.indicator.code, lines, target, found.indicator.unit)


def _value_of(part: str, readings: Sequence[Reading]) -> float | None:
    figure = next((one.figure for one in readings if one.part == part), None)
    return None if figure is None else float(figure.value)


def _columns(lines: list[charts.Line]) -> list[dict[str, str]]:
    """The heads of the table beside the picture."""
    quarters = [name for name, _ in lines[0][1]] if lines else []
    return [{"label": "Cấp"}, *({"label": name, "kind": "num"} for name in quarters)]


def _told(lines: list[charts.Line]) -> str:
    """The picture in words: where each line ends."""
    ends = []
    for name, points in lines:
        known = [value for _, value in points if value is not None]
        ends.append(f"{name.lower()} {amount(known[-1])}")
    return f"Biểu đồ đường qua các kỳ; số mới nhất: {'; '.join(ends)}."
