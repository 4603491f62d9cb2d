"""A list as its reader keeps it: which columns, how dense, and its rows as cells put together in Python.

For every screen that shows a list of `queries.lists`; the macros that draw it are in components/lists.html.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import quote, urlencode

from flask import request, url_for
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import keptlists, lists
from tthc_tracker.queries.keptlist import Asked, KeptList
from tthc_tracker.queries.keptlists import DENSITIES, Preference, View
from tthc_tracker.services.acting import Target
from tthc_tracker.services.batches import MOST
from tthc_tracker.web import components, fieldparts, layout, secretwords, selection
from tthc_tracker.web.components import escaped, written
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording.columns import Column, See, beneath
from tthc_tracker.wording.keptlists import BULK, DENSITY_WORDS

LONGEST_ON_SCREEN = 100  # characters of a long text; the rest is in its title
# What may be done to several rows at once, and who may do it to any.
BULK_PERMISSIONS = {
    "assign": Permission.ASSIGN_DOSSIERS,
    "remind": Permission.ADD_NOTE,
    "receipts": Permission.PRINT_RECEIPT,
    "control_slips": Permission.HAND_OVER,
    "answer_slips": Permission.PRINT_RECEIPT,
    "apology_letters": Permission.DRAFT_APOLOGIES,
    "acknowledge": Permission.ACKNOWLEDGE_ALERTS,
    "finish": Permission.FINISH_DOSSIER,
    "lateness": Permission.ADD_NOTE,
}
# Where each list is read; a list joins by a line here and one in queries.lists.
ENDPOINTS = {
    "overdue": "supervision.overdue",
    "late_reception": "supervision.late_reception",
    "due_soon": "supervision.due_soon",
    "reappointed": "supervision.reappointed",
    "steps": "supervision.steps",
    "at_risk": "supervision.at_risk",
    "paused": "pausing.paused",
    "apologies": "reappointing.queue",
    "alerts": "alerts.index",
    "calendar_moves": "calendar.moved",
    "due_day": "workload.due_day",
    "late_causes": "reappointing.late_dossiers",
    "counted": "reports.dossiers",
    "counted_reception": "reports.dossiers",
    "procedures": "reports.procedures",
    "rated": "reports.rated",
    "restated": "reports.restated",
    "online": "online.queue",
    "online_applicant": "online.queue",
    "work": "mywork.index",
    "handed": "mywork.index",
    "at_desk": "mywork.index",
    "results": "collection.waiting",
    "day_promised": "closing.promised",
    "day_received": "closing.received",
    "day_waiting": "closing.waiting",
    "day_handed": "closing.handed",
    "day_faults": "closing.faults",
    "day_fees": "closing.fees",
    "outage": "outages.touched",
    "person": "personaldata.listed",
    "search": "search.find",
    "history": "history.events",
    "deeds": "history.deeds",
    "field_reports": "fieldreports.index",
    "anomalies": "anomalies.listed",
    "conclusions": "sessions.conclusions",
    "matches": "matches.index",
    "differing": "matches.differing",
    "differences": "matches.differences",
}
# Where a row leads, if not to its dossier; and who does more to several rows on the page of a list itself.
ROWS_LEAD_TO = {
    "online": "online.answer",
    "online_applicant": "online.answer",
    "apologies": "reappointing.dossier",
    "alerts": "alerts.show",
    "field_reports": "fieldreports.show",
    "conclusions": "sessions.conclusion",
    "matches": "matches.show",
    "differing": "matches.dossier",
    "differences": "matches.dossier",
    "procedures": "catalogue.procedure",
}
ACTS_OF_ITS_OWN = {
    "work": Permission.ASSIGN_DOSSIERS,
    "handed": Permission.ASSIGN_DOSSIERS,
    "at_desk": Permission.ASSIGN_DOSSIERS,
    "results": Permission.RETURN_RESULT,
    "apologies": Permission.DECIDE_APOLOGIES,
    "outage": Permission.LOG_OUTAGES,
    "alerts": Permission.ACKNOWLEDGE_ALERTS,
    "overdue": Permission.URGE_UNITS,
    "reappointed": Permission.URGE_UNITS,
}


@dataclass(frozen=True)
class Line:
    """A row of the table: its address and its cells."""

    url: str
    cells: Markup


@dataclass(frozen=True)
class ListPage:
    """One list before one reader. question: with the words that may name somebody, which `key` stands for."""

    kept: KeptList
    question: dict[str, str]
    key: str
    keys: tuple[str, ...]  # of columns chosen by the address, as a saved view or a link gives it
    told_density: str

    @classmethod
    def of(cls, session: Session, name: str, args: Mapping[str, str]) -> "ListPage":
        """What the address says; what it does not, the reader's preference does. One query."""
        kept, reader = lists.kept(name), current_user
        if request.endpoint == ENDPOINTS[name]:  # the list itself, not a file of it
            layout.begin()
        if request.method == "GET":  # what is sent may lead elsewhere without looking
            keptlists.begin(session, reader.user_id, reader.memberships, name)
        keys = tuple(args.get("columns", "")[:500].split(",")) if args.get("columns") else ()
        key = args.get(secretwords.FIELD, "") if kept.secret else ""
        words = kept.secrets(secretwords.recall(key)) if key else {}
        return cls(
            kept,
            kept.question(args) | words,
            key if words else "",
            keys,
            args.get("density", ""),
        )

    @cached_property
    def _looks(self) -> tuple[Preference, list[View]]:
        return keptlists.kept_of(reading(), current_user.user_id, current_user.memberships, self.name)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns that are shown."""
        return self.kept.columns.chosen(self.keys or self._looks[0].columns)

    @property
    def density(self) -> str:
        """How near the rows stand."""
        return self.told_density if self.told_density in DENSITIES else self._looks[0].density

    @property
    def views(self) -> list[View]:
        """The saved views of the list that the reader may open."""
        return self._looks[1]

    @property
    def name(self) -> str:
        """The list's name."""
        return self.kept.name

    def asked(self, now: dt.datetime) -> Asked:
        """The list as this reader asks for it now."""
        return Asked(self.question, current_user.scope, now, current_user.user_id, current_user.memberships)

    def targets(self, session: Session, form: MultiDict[str, str], now: dt.datetime) -> list[Target]:
        """The rows that were chosen (one above MOST tells of too many), or the first of the whole list."""
        if not form.get("all"):
            return selection.chosen(form.getlist(selection.FIELD)[: MOST + 1])
        rows = lists.rows(session, self.kept, self.asked(now), most=MOST)
        return [Target(row.code, row.version) for row in rows]

    # --- addresses

    @property
    def told(self) -> dict[str, str]:
        """The question without the words that may name somebody: what may be kept in tables."""
        return {name: said for name, said in self.question.items() if name not in self.kept.secret}

    @property
    def addressed(self) -> dict[str, str]:
        """The question as an address holds it: a key for the words that may name somebody."""
        return self.told | ({secretwords.FIELD: self.key} if self.key else {})

    @cached_property
    def here(self) -> str:
        """The part of an address after the question mark that gives this very list again."""
        return urlencode(self.addressed | self.look)

    @property
    def look(self) -> dict[str, str]:
        """Columns and density, where the address itself names them."""
        return {"columns": self.column_keys, "density": self.density} if self.keys else {}

    @cached_property
    def exact(self) -> str:
        """The same, with columns and density in it whoever opens it."""
        return urlencode(self.addressed | {"columns": self.column_keys, "density": self.density})

    @cached_property
    def column_keys(self) -> str:
        """The columns as an address names them."""
        return ",".join([column.key for column in self.columns])

    @property
    def column_boxes(self) -> Markup:
        """A box for each column that may be left out, ticked where it is shown."""
        return _column_boxes(self.name, self.column_keys)

    @property
    def address(self) -> str:
        """Where the list is read, without any question."""
        return address_of(self.name)

    def to(self, endpoint: str) -> str:
        """The address of something done with this list as it is shown."""
        return url_for(endpoint, name=self.name) + "?" + self.exact

    def chips(self, said: Mapping[str, object]) -> list[tuple[str, str]]:
        """What the list is narrowed to: of each filter its words, with the address that narrows no more so.

        said: the words by the names of the address; nothing for what narrows nothing.
        """
        narrowed = ((name, words) for name, words in said.items() if words and self.question.get(name))
        return [(str(words), self.other(**{name: ""})) for name, words in narrowed]

    # --- the table

    @property
    def heads(self) -> list[dict[str, str]]:
        """The heads, as data_table takes them; those that order the list lead to the other order."""
        return [self._head(column) for column in self.columns]

    def _head(self, column: Column) -> dict[str, str]:
        head = {"label": column.head, "kind": _KINDS.get(column.kind, column.kind)}
        if column.sort and "sort" in self.kept.asks:
            rising, falling = column.sort
            here = self.question.get("sort", "")
            head["sort_url"] = self.other(sort=falling if here == rising else rising)
            if here in column.sort:
                head["sorted"] = "descending" if here == falling else "ascending"
        return head

    def other(self, **changed: str) -> str:
        """The address of this list with another answer to some of its questions."""
        asked = {name: value for name, value in (self.addressed | self.look | changed).items() if value}
        return address_of(self.name) + ("?" + urlencode(asked) if asked else "")

    def lines(self, rows: Iterable[Any], see: See, *, picked: Collection[str] = ()) -> list[Line]:
        """The rows as the table shows them; with boxes to choose them where anything can be done."""
        draw = [_drawer(column, beneath(column, self.columns), see) for column in self.columns]
        boxed, address = self.boxed, _addresses(ROWS_LEAD_TO.get(self.name, "dossiers.show"))
        name = self.kept.columns.every[0].text
        found = []
        for row in rows:
            url = address(row.code) if row.code else ""
            cells = "".join([put(row, url) for put in draw])
            box = _box(row, picked, name(row, see)) if boxed else ""
            found.append(Line(url, Markup(box + cells)))  # noqa: S704 (cells are escaped)
        return found

    def paper(self, rows: Iterable[Any], see: See) -> list[list[tuple[str, str]]]:
        """The rows for paper: of each cell its words and the quiet ones beneath."""
        cells = [(column.text, _notes(beneath(column, self.columns), see)) for column in self.columns]
        return [[(text(row, see), note(row)) for text, note in cells] for row in rows]

    # --- what the reader may do

    @cached_property
    def bulk(self) -> list[tuple[str, str]]:
        """What this reader may do to several rows: (action, words)."""
        held = current_user.permissions
        return [
            (action, BULK[action])
            for action, needs in BULK_PERMISSIONS.items()
            if needs in held and action in self.kept.acts
        ]

    @cached_property
    def boxed(self) -> bool:
        """Whether this reader may do anything to several rows, here or on the page of what was chosen."""
        return bool(self.bulk) or ACTS_OF_ITS_OWN.get(self.name) in current_user.permissions

    @property
    def may_export(self) -> bool:
        """Whether this reader may take files away."""
        return Permission.EXPORT_LISTS in current_user.permissions

    @property
    def may_share(self) -> bool:
        """Whether this reader may give his views to his unit."""
        return Permission.SHARE_VIEWS in current_user.permissions

    @property
    def densities(self) -> list[tuple[str, str]]:
        """(density, words)."""
        return list(DENSITY_WORDS.items())


def address_of(name: str) -> str:
    """Where a list is read."""
    return url_for(ENDPOINTS[name])


@lru_cache(maxsize=256)
def _column_boxes(name: str, shown: str) -> Markup:
    """The boxes of a list's columns: the same for all who see the same ones."""
    choices = ((column.key, column.head) for column in lists.kept(name).columns.every[1:])
    return fieldparts.boxes("column", choices, shown.split(","), prefix="cot")


_KINDS = {"long": "text"}


def _notes(under: tuple[Column, ...], see: See) -> Callable[[Any], str]:
    """The quiet words beneath a cell."""
    quiet = [part.quiet or part.text for part in under]

    def note(row: Any) -> str:
        return " · ".join(filter(None, [words(row, see) for words in quiet])) if quiet else ""

    return note


def _drawer(column: Column, under: tuple[Column, ...], see: See) -> Callable[[Any, str], str]:
    """How a column's cell is drawn: decided once for all rows, as plain text (components.written)."""
    text, kind = column.text, _KINDS.get(column.kind, column.kind)
    head = components.cell_head(column.head, kind, main=column.key == "code")
    note = _notes(under, see)

    def quiet(row: Any) -> str:
        found = note(row)
        return components.quiet_line(escaped(found)) if found else ""

    def main(row: Any, url: str) -> str:
        return f'{head}><div><a href="{escaped(url)}">{written(text(row, see))}</a></div></th>'

    def long(row: Any, _url: str) -> str:
        whole = text(row, see)
        shown = whole if len(whole) <= LONGEST_ON_SCREEN else whole[: LONGEST_ON_SCREEN - 1].rstrip() + "…"
        hover = f' title="{escaped(whole)}"' if whole else ""
        return f"{head}{hover}><div>{written(shown)}{quiet(row)}</div></td>"

    def mark(row: Any, _url: str) -> str:
        shape = column.badge(row) if column.badge else "dot"
        return f"{head}><div>{_badge(shape, text(row, see))}{quiet(row)}</div></td>"

    def plain(row: Any, _url: str) -> str:
        return f"{head}><div>{written(text(row, see))}{quiet(row)}</div></td>"

    if column.key == "code":
        return main
    return {"long": long, "mark": mark}.get(column.kind, plain)


@lru_cache(maxsize=1024)
def _badge(shape: str, words: str) -> str:
    """A badge as plain text: a page shows few different ones."""
    return str(components.standing_badge(shape, words))


def _addresses(endpoint: str) -> Callable[[str], str]:
    """Where each row leads; Flask is asked once, not with every row."""
    before, _, after = url_for(endpoint, code=_ANY).partition(_ANY)
    return lambda code: before + quote(code, safe=_PATH_SAFE) + after


_ANY = "~"
_PATH_SAFE = "!$&'()*+,:;=@~"


def _box(row: Any, picked: Collection[str], name: str) -> str:
    """The box that chooses a row, with the version that was seen."""
    sent = selection.value(row.code, row.version)
    code, value, ticked = escaped(name), escaped(sent), " checked" if sent in picked else ""
    return (
        '<td class="cell-pick" data-label="Chọn"><input class="form-check-input" type="checkbox" '
        f'name="{selection.FIELD}" value="{value}" form="hang-loat" aria-label="Chọn {code}"{ticked}></td>'
    )
