"""The parts that stand in every row of a list, in Python: as Jinja macros they took a third of a page.

Templates import them from `components/*.html` like the macros beside them (docs/design-system.md).
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from typing import Any

from flask import request
from jinja2 import Environment
from markupsafe import Markup, escape

from tthc_tracker.domain.alerting import Rule
from tthc_tracker.domain.typeddates import read_day
from tthc_tracker.web.assets import asset
from tthc_tracker.web.forms import DAY_LOOK, MOMENT_LOOK
from tthc_tracker.wording.typeddates import NO_DAY

# standing → (shape, tone, words). A standing is always a shape and a word; the colour only repeats them.
# First the members of domain.standing.Standing, then what lists and alerts call for.
STANDINGS = {
    "awaiting_reception": ("waiting", "info", "Chờ tiếp nhận"),
    "reception_late": ("overdue", "danger", "Chậm tiếp nhận"),
    "awaiting_applicant": ("paused", "pause", "Chờ người nộp"),
    "refused": ("cancelled", "neutral", "Từ chối tiếp nhận"),
    "no_due_date": ("no-date", "neutral", "Không có hạn"),
    "paused": ("paused", "pause", "Tạm dừng"),
    "overdue": ("overdue", "danger", "Quá hạn"),
    "reappointed": ("calendar", "warn", "Đã hẹn lại"),
    "past_hour": ("due-soon", "warn", "Quá giờ hẹn"),
    "due_soon": ("due-soon", "warn", "Sắp đến hạn"),
    "in_time": ("on-track", "info", "Trong hạn"),
    "finished_early": ("early", "ok", "Trước hạn"),
    "finished_on_time": ("done", "ok", "Đúng hạn"),
    "finished_late": ("late", "danger", "Giải quyết quá hạn"),
    "withdrawn": ("closed", "neutral", "Đã rút"),
    "stopped": ("closed", "neutral", "Dừng giải quyết"),
    "cancelled": ("cancelled", "neutral", "Huỷ nhập nhầm"),
    "on_track": ("on-track", "info", "Trong hạn"),
    "due_today": ("due-soon", "warn", "Hẹn trả hôm nay"),
    "very_overdue": ("very-overdue", "danger", "Quá hạn lâu"),
    "early": ("early", "ok", "Trước hạn"),
    "on_time": ("done", "ok", "Đúng hạn"),
    "late": ("late", "danger", "Giải quyết quá hạn"),
    "waiting": ("waiting", "info", "Chờ tiếp nhận"),
    "late_reception": ("overdue", "danger", "Chậm tiếp nhận"),
    "finished": ("done", "ok", "Đã có kết quả"),
    "returned": ("done", "ok", "Đã trả kết quả"),
    "stale": ("stale", "neutral", "Nguồn chưa cập nhật"),
    "missing": ("no-date", "neutral", "Không còn thấy ở nguồn"),
}

# rule of an alert → (shape, tone); its words are wording.alerts.RULES.
_SIGN = ("no-date", "neutral")
ALERTS: dict[str, tuple[str, str]] = {
    Rule.RECEPTION_DUE_SOON.value: ("due-soon", "warn"),
    Rule.LATE_RECEPTION.value: ("overdue", "danger"),
    Rule.LATE_HANDOVER.value: ("overdue", "danger"),
    Rule.DUE_SOON.value: ("due-soon", "warn"),
    Rule.APOLOGY_DUE.value: ("calendar", "warn"),
    Rule.OVERDUE.value: ("overdue", "danger"),
    Rule.VERY_OVERDUE.value: ("very-overdue", "danger"),
    Rule.STEP_OVERDUE.value: ("overdue", "danger"),
    Rule.STALLED.value: ("waiting", "warn"),
    Rule.LONG_PAUSE.value: ("paused", "pause"),
    Rule.BACKLOG.value: ("very-overdue", "danger"),
    Rule.NO_DUE_DATE.value: _SIGN,
    Rule.FINISH_TYPED_LATE.value: _SIGN,
    Rule.DUE_CHANGED_LATE.value: _SIGN,
    Rule.PAUSED_ON_LAST_DAY.value: _SIGN,
    Rule.STATUS_BACKWARDS.value: _SIGN,
    Rule.ENDED_AGENCY.value: _SIGN,
    Rule.NO_RECIPIENT.value: _SIGN,
    Rule.SOURCE_STALE.value: ("waiting", "warn"),
    Rule.SOURCE_SILENT.value: ("waiting", "warn"),
    Rule.INDICATOR_DUE_SOON.value: ("due-soon", "warn"),
    Rule.INDICATOR_OVERDUE.value: ("overdue", "danger"),
    Rule.CONCLUSION_DUE_SOON.value: ("due-soon", "warn"),
    Rule.CONCLUSION_OVERDUE.value: ("overdue", "danger"),
    Rule.FIELD_REPORT_SOON.value: ("due-soon", "warn"),
    Rule.FIELD_REPORT_OVERDUE.value: ("overdue", "danger"),
}


@cache
def icon(name: str, label: str | None = None) -> Markup:
    """A shape of img/icons.svg. Without a label it is decoration and hidden from readers."""
    seen = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return Markup(  # noqa: S704 (every value is escaped here)
        f'<svg class="icon" width="16" height="16" focusable="false" {seen}>'
        f'<use href="{asset("img/icons.svg")}#{escape(name)}"></use></svg>'
    )


def cell(
    label: str,
    value: Any = None,
    kind: str = "text",
    main: bool = False,
    href: str | None = None,
    note: Any = None,
    title: str | None = None,
    caller: Callable[[], Markup] | None = None,
) -> Markup:
    """A cell of a data_table. `label` is the column's (shown on the phone's card).

    The value may come by {% call %}. kind: as in the columns; main: the head of the card and of the row;
    href: a link; note: a second, quieter line.
    """
    shown = caller() if caller else written(value)
    if href:
        shown = f'<a href="{written(href)}">{shown}</a>'
    quiet = quiet_line(written(note)) if note else ""
    hover = f' title="{written(title)}"' if title else ""
    end = "th" if main else "td"
    return Markup(  # noqa: S704 (every value is escaped here)
        f"{cell_head(label, kind, main)}{hover}><div>{shown}{quiet}</div></{end}>"
    )


def written(value: Any) -> str:
    """A value as it stands in a page, as plain text: hundreds of Markups took longer than what they say."""
    if value is None or value == "":
        return "–"
    if isinstance(value, Markup):
        return str.__str__(value)
    return escaped(value if type(value) is str else str(value))


def escaped(text: str) -> str:
    """What markupsafe's escape gives, without wrapping it up."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text or ">" in text:
        text = text.replace("<", "&lt;").replace(">", "&gt;")
    if '"' in text or "'" in text:
        text = text.replace('"', "&#34;").replace("'", "&#39;")
    return text


def quiet_line(note: str) -> str:
    """The second line of a cell."""
    return f'<small class="cell-note">{note}</small>'


@lru_cache(maxsize=1024)
def cell_head(label: str, kind: str, main: bool) -> str:
    """The beginning of a cell, the same in every row."""
    tag, css = ('th scope="row"', " cell-main") if main else ("td", "")
    return f'<{tag} class="cell-{escape(kind)}{css}" data-label="{escape(label)}"'


def fact(
    label: str,
    value: Any = None,
    note: Any = None,
    wide: bool = False,
    caller: Callable[[], Markup] | None = None,
) -> Markup:
    """A fact of a list of facts; the value may come by {% call %}. note: a second, quieter line."""
    shown = caller() if caller else written(value)
    quiet = f"<small>{written(note)}</small>" if note else ""
    css = "fact fact-wide" if wide else "fact"
    return Markup(  # noqa: S704 (every value is escaped here)
        f'<div class="{css}"><dt>{written(label)}</dt><dd>{shown}{quiet}</dd></div>'
    )


def timeline(events: Iterable[Mapping[str, Any]], label: str = "Lịch sử hồ sơ") -> Markup:
    """What happened, as it comes: each with `at` (words), `actor`, `what`; where there are any iso, note,
    reason, recorded (words, when it differs) and changes: label, old, new."""
    rows = "".join(_happened(event) for event in events)
    return Markup(  # noqa: S704 (every value is escaped here)
        f'<ol class="timeline" aria-label="{written(label)}">{rows}</ol>'
    )


def _happened(event: Mapping[str, Any]) -> str:
    iso, recorded, changes = event.get("iso"), event.get("recorded"), event.get("changes")
    reason, note = event.get("reason"), event.get("note")
    when = f' datetime="{iso}"' if iso else ""
    known = f' <span class="timeline-recorded">(ghi nhận {recorded})</span>' if recorded else ""
    return (
        f'<li><div class="timeline-head"><strong>{written(event["what"])}</strong> <span class="timeline-by">'
        f"{written(event['actor'])} · <time{when}>{event['at']}</time>{known}</span></div>"
        f"{_changed(changes) if changes else ''}"
        f"{f'<p>Lý do: {written(reason)}</p>' if reason else ''}"
        f"{f'<p>{written(note)}</p>' if note else ''}</li>"
    )


def _changed(changes: Iterable[tuple[str, str | None, str | None]]) -> str:
    rows = (
        f"<li>{written(name)}: <del>{written(old)}</del>{_BECOMES}<ins>{written(new)}</ins></li>"
        for name, old, new in changes
    )
    return f'<ul class="changes">{"".join(rows)}</ul>'


_BECOMES = ' <span aria-hidden="true">→</span><span class="visually-hidden"> thành </span> '


def badge(word: Any, tone: str = "neutral", shape: str = "dot", detail: Any = None) -> Markup:
    """Anything that has a state, as a shape and a word. tone: neutral, info, ok, warn, danger, pause."""
    more = f' <span class="badge-detail">{escape(detail)}</span>' if detail else ""
    return Markup(  # noqa: S704 (every value is escaped here)
        f'<span class="badge-mark tone-{escape(tone)}">{icon(shape)} <span>{escape(word)}{more}</span></span>'
    )


def standing_badge(kind: Any, word: Any = None, detail: Any = None) -> Markup:
    """How a dossier stands. kind: a key of STANDINGS; `word` replaces its words, `detail` follows."""
    shape, tone, words = STANDINGS.get(str(kind), ("dot", "neutral", str(kind)))
    return badge(word or words, tone, shape, detail)


def tag(word: Any) -> Markup:
    """A quiet label without a state (a source, a channel)."""
    return Markup('<span class="tag">{}</span>').format(word)


def unread_day(name: str) -> str:
    """What the address gives for a date, where it cannot be read; else nothing."""
    typed = request.args.get(name, "").strip()
    try:
        read_day(typed or "2000-01-01")
    except ValueError:
        return typed[:40]
    return ""


def register(environment: Environment) -> None:
    """Let the templates of `components/` hand these out."""
    environment.globals["parts"] = {
        "STANDINGS": STANDINGS, "ALERTS": ALERTS, "icon": icon, "cell": cell, "badge": badge,
        "standing_badge": standing_badge, "tag": tag, "fact": fact, "timeline": timeline,
    }  # fmt: skip
    environment.globals["looks"] = {"day": DAY_LOOK, "moment": MOMENT_LOOK, "no_day": NO_DAY}
    environment.globals["unread_day"] = unread_day
