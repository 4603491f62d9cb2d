"""What a copy of a dossier is: the same rows under other numbers, codes, names, procedures and seconds.

The rows that are copied stand in a schema `base`, beside what is said about them there once (`REMARKS`); the
same statements run on both databases. A copy stays in the years, days and agencies of its dossier, so that
its dates stay those that the product has reckoned; it takes another procedure of the same field and limit,
another middle name, other digits, the next numbers of its desk's day, and another second of its minutes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Column, Table

from tthc_tracker.domain.dailyfacts import MEASURES
from tthc_tracker.domain.folding import fold
from tthc_tracker.models.base import Base
from tthc_tracker.models.fact import KEYS
from tthc_tracker.queries.factsums import LIMIT
from tthc_tracker.queries.yearclosure import YEAR

VARIETY = 10  # after so many copies the procedures begin again
COPIED = (
    "person", "dossier", "dossier_code", "dossier_event", "event_private", "dossier_component",
    "reception_round", "pause", "handover", "custody", "alert", "alert_recipient", "dossier_fact",
)  # fmt: skip
MULTIPLIED = (*COPIED, "daily_fact", "daily_length")
SERIES = ("pause", "handover", "custody", "alert", "person")  # have numbers of their own
_REFERS = frozenset({"person", "dossier", "pause", "handover", "custody", "alert"})
_BY_YEAR = frozenset({"dossier", "dossier_event", "dossier_component", "reception_round", "dossier_fact"})
_MOMENTS: Mapping[str, frozenset[str]] = {
    "dossier": frozenset({
        "recorded_at", "submitted_at", "accepted_at", "held_since", "reception_answered_at", "paused_since",
        "closed_at", "returned_at",
    }),
    "dossier_event": frozenset({"occurred_at", "recorded_at"}),
    "reception_round": frozenset({"started_at", "answered_at"}),
    "pause": frozenset({"started_at", "ended_at"}),
}  # fmt: skip
_ONSETS = ("B", "Ch", "D", "Gi", "H", "Kh", "L", "M", "Ng", "Nh", "Ph", "S", "T", "Th", "Tr", "V", "X", "Đ")
_RIMES = ("ai", "am", "an", "ang", "anh", "ao", "ay", "âm", "ân", "âu", "en", "ên", "i", "iên", "iêu", "in",
          "oa", "oan", "oang", "on", "ông", "ơn", "ui", "ung", "uôn", "uyên", "uyết", "ư", "ưng", "ươm",
          "ương", "ưu", "ạch", "ắc", "ậu", "ắt", "ích", "iệm", "oát", "ột", "ức", "ướng", "ưởng", "ứ", "ề",
          "òa", "ổ", "ệ", "ảo", "ãi", "ỹ", "ọ", "uệ", "ễn", "õa", "ảnh")  # fmt: skip


def syllables() -> list[str]:
    """A thousand middle names that people could have."""
    return [onset + rime for rime in _RIMES for onset in _ONSETS]


@dataclass(frozen=True)
class Steps:
    """By how much the numbers of one copy lie above those of the one before; the years dossiers are from."""

    times: int
    by: Mapping[str, int]
    years: tuple[int, ...]

    @property
    def variants(self) -> int:
        """How many ways there are to take other procedures."""
        return min(self.times, VARIETY)


@dataclass(frozen=True)
class Dialect:
    """How a database says what the other says otherwise."""

    name: str

    @property
    def also(self) -> str:
        """A join whose left side is read first."""
        return "JOIN" if self.postgresql else "CROSS JOIN"

    @property
    def postgresql(self) -> bool:
        return self.name == "postgresql"

    def second(self, column: str, second: int) -> str:
        """A moment at another second of its minute."""
        if self.postgresql:
            return f"date_trunc('minute', {column}) + interval '{second} seconds'"
        return f"substr({column}, 1, 17) || '{second:02}' || substr({column}, 20)"

    def earlier(self, column: str, days: int) -> str:
        """A moment so many days before."""
        if self.postgresql:
            return f"{column} - interval '{days} days'"
        return f"strftime('%Y-%m-%d %H:%M:%f000', {column}, '-{days} days')"

    def padded(self, number: str, width: int) -> str:
        return f"lpad(CAST({number} AS text), {width}, '0')" if self.postgresql else (
            f"printf('%0{width}d', {number})"
        )  # fmt: skip

    def reversed(self, text: str, width: int) -> str:
        if self.postgresql:
            return f"reverse({text})"
        return " || ".join(f"substr({text}, {place}, 1)" for place in range(width, 0, -1))

    def place_of(self, sign: str, column: str) -> str:
        return f"strpos({column}, '{sign}')" if self.postgresql else f"instr({column}, '{sign}')"


def insertions(table: Table, steps: Steps, says: Dialect) -> Iterator[str]:
    """The statements that write all copies of a table's rows, in the order of their keys."""
    years = steps.years if table.name in _BY_YEAR else (0,)
    for year in years:
        for copy in range(steps.times):
            yield _insertion(table, steps, says, copy, year)


def _insertion(table: Table, steps: Steps, says: Dialect, copy: int, year: int) -> str:
    names = ", ".join(f'"{column.name}"' for column in table.c)
    values = ", ".join(_value(table, column, steps, says, copy) for column in table.c)
    conditions = [_FURTHER[table.name]] if copy and table.name in _FURTHER else []
    if year:
        key = "id" if table.name == "dossier" else "dossier_id"
        conditions.append(f"b.{key} BETWEEN {year * YEAR} AND {(year + 1) * YEAR - 1}")
    joined = _joined(table.name, says).format(copy=copy, variant=copy % steps.variants)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    order = "" if says.postgresql else " ORDER BY b.rowid"
    return (
        f"INSERT INTO {table.name} ({names}) SELECT {values} FROM base.{table.name} b{joined}{where}{order}"
    )


_FURTHER = {  # of what is nobody's dossier there is one
    "alert": "b.dossier_id IS NOT NULL",
    "alert_recipient": (
        "EXISTS (SELECT 1 FROM base.alert a WHERE a.id = b.alert_id AND a.dossier_id IS NOT NULL)"
    ),
}


def _joined(table: str, says: Dialect) -> str:
    named = (
        " {also} base.named n ON n.person_id = b.{person}"
        " {also} base.middle m ON m.copy = {copy} AND m.place = n.place"
    )
    numbered = " {also} base.numbered u ON u.dossier_id = b.{dossier}"
    sibling = " {also} base.sibling s ON s.procedure_id = {of}.procedure_id AND s.variant = {variant}"
    joined = {
        "person": named.replace("{person}", "id"),
        "dossier": numbered.replace("{dossier}", "id") + sibling.replace("{of}", "b")
        + named.replace("{person}", "applicant_id"),
        "dossier_code": numbered.replace("{dossier}", "dossier_id"),
        "dossier_fact": " {also} base.told t ON t.dossier_id = b.dossier_id" + sibling.replace("{of}", "t"),
    }.get(table, "")  # fmt: skip
    return joined.replace("{also}", says.also)


def _value(table: Table, column: Column[object], steps: Steps, says: Dialect, copy: int) -> str:
    name = f'b."{column.name}"'
    if found := _own_value(table.name, column.name, says, copy):
        return found
    refers = {key.column.table.name for key in column.foreign_keys} & _REFERS
    if column.name == "id" and table.name in _REFERS:
        refers = {table.name}
    if column.name == "dossier_id":
        refers = {"dossier"}
    for other in refers:
        return f"{name} + {copy * steps.by[other]}"
    if table.name == "alert" and column.name == "subject_id":
        return (
            f"CASE WHEN b.subject_type = 'dossier' THEN {name} + {copy * steps.by['dossier']} ELSE {name} END"
        )
    if copy and column.name in _MOMENTS.get(table.name, ()):
        return says.second(name, copy * 7 % 60)
    return name


def _own_value(table: str, column: str, says: Dialect, copy: int) -> str:
    """What a copy has of its own; '' of what it has as every other or nothing of."""
    number = f"(u.seq + {copy} * u.last)"
    values = {
        ("dossier", "procedure_id"): "s.other_id", ("dossier", "procedure_version_id"): "s.version_id",
        ("dossier", "code"): f"u.start || {says.padded(number, 4)}",
        ("dossier_code", "code"): f"u.start || {says.padded(number, 4)}",
        ("dossier_code", "seq"): number,
        # For an hour a scan looks at all that has just stood open: a province's have stood for days.
        ("alert_recipient", "since"): says.earlier("b.since", 3),
        ("dossier_fact", "added"): "'[[' || s.other_id || t.rest",
    }  # fmt: skip
    if copy:
        values |= _of_person(says, copy) | {
            ("dossier", "returned_to"): f"CASE WHEN b.returned_to IS NOT NULL THEN {_NAME} END"
        }
    return values.get((table, column), "")


_NAME = "n.family || ' ' || m.written || ' ' || n.given"
FOLDED = "n.family_folded || ' ' || m.folded || ' ' || n.given_folded"
BASE_FOLDED = "n.family_folded || ' ' || n.middle_folded || ' ' || n.given_folded"


def _of_person(says: Dialect, copy: int) -> dict[tuple[str, str], str]:
    card = _digits(says, "b.id_number", 3, 9, copy * 104_729_371)
    phone = _digits(says, "b.phone", 2, 8, copy * 15_485_863)
    return {
        ("person", "full_name"): _NAME, ("person", "name_folded"): FOLDED,
        ("person", "id_number"): card, ("person", "id_reversed"): says.reversed(f"({card})", 12),
        ("person", "phone"): phone, ("person", "phone_reversed"): says.reversed(f"({phone})", 10),
    }  # fmt: skip


def _digits(says: Dialect, column: str, before: int, digits: int, further: int) -> str:
    number = f"(CAST(substr({column}, {before + 1}) AS bigint) + {further}) % {10**digits}"
    return f"substr({column}, 1, {before}) || {says.padded(number, digits)}"


# --- what is said of the rows of the base, once

REMARKS = (
    "CREATE TABLE base.numbered (dossier_id bigint PRIMARY KEY, start text, seq integer, last integer)",
    (
        "CREATE TABLE base.named (person_id bigint PRIMARY KEY, place integer, family text, given text,"
        " family_folded text, middle_folded text, given_folded text)"
    ),
    (
        "CREATE TABLE base.middle (copy integer, place integer, written text, folded text,"
        " PRIMARY KEY (copy, place))"
    ),
    (
        "CREATE TABLE base.sibling (procedure_id integer, variant integer, other_id integer,"
        " version_id integer, weight integer, PRIMARY KEY (procedure_id, variant))"
    ),
    "CREATE TABLE base.told (dossier_id bigint PRIMARY KEY, procedure_id integer, rest text)",
    "CREATE TABLE base.placed (dossier_id bigint PRIMARY KEY, places text, day text)",
)
NUMBERED = (
    "INSERT INTO base.numbered SELECT c.dossier_id, substr(c.code, 1, length(c.code) - 4), c.seq, n.last"
    " FROM base.dossier_code c JOIN code_counter n"
    " ON n.agency_id = c.agency_id AND n.day = c.day AND n.series = '' ORDER BY c.dossier_id"
)
COUNTED = "UPDATE code_counter SET last = last * {times} WHERE series = ''"


def told(says: Dialect) -> str:
    """The procedure in the line that says what a dossier has added, and what stands behind it."""
    comma = says.place_of(",", "added")
    return (
        f"INSERT INTO base.told SELECT dossier_id, CAST(substr(added, 3, {comma} - 3) AS integer),"
        f" substr(added, {comma}) FROM base.dossier_fact"
    )


def siblings(procedures: list[tuple[int, int, object]], steps: Steps) -> list[tuple[int, int, int, int, int]]:
    """Of each procedure the other one in each variant, and how many copies take it.

    procedures: number, version, and what they must have alike to take each other's place.
    """
    rings: dict[object, list[tuple[int, int]]] = {}
    for procedure_id, version_id, alike in procedures:
        rings.setdefault(alike, []).append((procedure_id, version_id))
    return [
        (
            procedure_id, variant, *ring[(place + variant) % len(ring)],
            len(range(variant, steps.times, steps.variants)),
        )
        for ring in rings.values()
        for place, (procedure_id, _) in enumerate(ring)
        for variant in range(steps.variants)
    ]  # fmt: skip


def middles(before: int, times: int) -> list[tuple[int, int, str, str]]:
    """Of each copy the middle name in the place of each that the base has."""
    words = syllables()
    chosen = [(copy, place, words[(copy * before + place) % len(words)]) for copy in range(times)
              for place in range(before)]  # fmt: skip
    return [(copy, place, word, fold(word)) for copy, place, word in chosen]


def searchable(steps: Steps, says: Dialect, copy: int) -> str:
    """The statement that makes a copy findable, as services.search does."""
    step, number = copy * steps.by["dossier"], says.padded(f"(u.seq + {copy} * u.last)", 4)
    words = f"p.places || ' n' || {number} || ' d' || p.day"
    names = FOLDED if copy else BASE_FOLDED
    found = (
        f" FROM base.placed p {says.also} base.dossier b ON b.id = p.dossier_id"
        f" {says.also} base.numbered u ON u.dossier_id = p.dossier_id"
        f" {says.also} base.named n ON n.person_id = b.applicant_id"
        f" {says.also} base.middle m ON m.copy = {copy} AND m.place = n.place"
    )
    if says.postgresql:
        return (
            f"INSERT INTO dossier_search (dossier_id, document) SELECT p.dossier_id + {step},"
            f" to_tsvector('simple', {names}) || to_tsvector('simple', {words}){found}"
        )
    return (
        f"INSERT INTO dossier_search (rowid, names, places) SELECT p.dossier_id + {step}, {names}, {words}"
        f"{found} ORDER BY p.dossier_id"
    )


def facts_of_days(table: str) -> str:
    """The sums of the days: a copy has those of its dossier, under its own procedure."""
    measures = MEASURES if table == "daily_fact" else ("number",)
    more = ("tenths", *LIMIT) if table == "daily_length" else ()
    columns = ", ".join((*KEYS, *more, *measures))
    keys = ", ".join("s.other_id" if key == "procedure_id" else f"b.{key}" for key in (*KEYS, *more))
    sums = ", ".join(f"NULLIF(SUM(b.{name} * s.weight), 0)" for name in measures)
    return (
        f"INSERT INTO {table} ({columns}) SELECT {keys}, {sums} FROM base.{table} b"
        f" JOIN base.sibling s ON s.procedure_id = b.procedure_id GROUP BY {keys} ORDER BY {keys}"
    )


def table_of(name: str) -> Table:
    """A table of the product."""
    return Base.metadata.tables[name]
