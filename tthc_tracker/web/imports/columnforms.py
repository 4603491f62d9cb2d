"""What the page of columns shows and what is chosen on it: proposed by guesses, or by the map in force."""

import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tthc_tracker.domain.columnguessing import Guess, guess, guess_dates, is_agency_code, status_of
from tthc_tracker.domain.columnmaps import (
    DATES,
    FIXABLE,
    REQUIRED,
    WORDED,
    ColumnMap,
    DateStyle,
    head_key,
    of_pairs,
)
from tthc_tracker.domain.encodings import Encoding
from tthc_tracker.domain.exchange import CHANNEL_NUMBER, FIELDS, channel_of
from tthc_tracker.domain.folding import fold
from tthc_tracker.domain.rowfaults import holds_no_dossier
from tthc_tracker.queries.columnmaps import KeptMap
from tthc_tracker.spreadsheets.samples import FEWEST, Sample
from tthc_tracker.wording import columnmaps as words

EXAMPLES = 2
MOST_WORDS = 60  # different ones of a column; more are no words of a kind
_CHOICES = {"TrangThaiHoSo": words.STATUSES, "KenhThucHien": words.CHANNELS}

FIELD_CHOICES = [
    (name, f"{words.FIELDS[name]} · {name}{' *' if name in REQUIRED else ''}") for name in FIELDS
]  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A column: its name, some of its cells, the field that is chosen for it, what a guess goes by."""

    place: int
    name: str
    examples: tuple[str, ...]
    field: str
    why: str


@dataclass(frozen=True)
class Word:
    """What cells of a field say, how many of those looked at, and what that is in the vocabulary."""

    key: str
    said: str
    many: int
    meant: str

    @property
    def shown(self) -> str:
        """As the page shows it: the column may have been chosen wrongly."""
        return words.unnumbered(self.said)


@dataclass(frozen=True)
class WordedField:
    """The words of a field; choices: what may be meant, none where a code is typed."""

    field: str
    label: str
    choices: Sequence[tuple[str, str]]
    words: Sequence[Word]


@dataclass(frozen=True)
class Chosen:
    """What is chosen: column by column, and besides."""

    fields: Mapping[int, str]
    dates: DateStyle
    encoding: str
    fixed: Mapping[str, str] = field(default_factory=dict)
    meant: Mapping[tuple[str, str], str] = field(default_factory=dict)  # (field, word, folded)
    codes: Mapping[str, str] = field(default_factory=dict)  # name of an agency, folded → its code
    certain_dates: bool = True
    submission_key: str = field(default_factory=lambda: secrets.token_hex(16))


def is_mappable(sample: Sample) -> bool:
    """Whether it is worth asking a person: a head, and two fields that can be guessed."""
    return len(sample.head) >= FEWEST and len(guess(sample.head, sample.rows)) >= 2


def proposed(sample: Sample, kept: KeptMap | None) -> Chosen:
    """The map in force as far as it fits, and guesses for the rest."""
    guesses = guess(sample.head, sample.rows)
    fields = {place: one.field for place, one in guesses.items()}
    if kept:
        places = {head_key(name): place for place, name in reversed(list(enumerate(sample.head)))}
        known = {
            places[head_key(name)]: each
            for each, name in kept.how.columns.items()
            if head_key(name) in places
        }
        fields = {
            place: each for place, each in fields.items() if each not in known.values() and place not in known
        } | known
    dates, certain = guess_dates(_cells_of(sample, [p for p, each in fields.items() if each in DATES]))
    encoding = _encoding_of(sample, kept)
    chosen = Chosen(fields, dates, encoding, certain_dates=certain)
    if kept is None:
        return chosen
    meant = {(name, key): value for name, known in kept.how.words.items() for key, value in known.items()}
    return replace(chosen, dates=kept.how.dates, fixed=kept.how.fixed, meant=meant, certain_dates=True)


def _encoding_of(sample: Sample, kept: KeptMap | None) -> str:
    """What is chosen beforehand: nothing where several are about as likely."""
    likely = [one.encoding for one in sample.guesses]
    if kept and kept.how.encoding in likely:
        return kept.how.encoding
    return likely[0] if len(likely) == 1 else ""


def sent(form: Mapping[str, str], sample: Sample) -> Chosen:
    """What was chosen on the page; nothing that it does not offer."""
    fields = {
        place: each
        for place in range(len(sample.head))
        if (each := form.get(f"column-{place}", "")) in FIELDS
    }
    fixed = {name: said for name in FIXABLE if (said := form.get(f"fixed-{name}", "").strip())}
    dates = form.get("dates", "")
    meant = {}
    for name in WORDED:
        for number in range(MOST_WORDS):
            key = form.get(f"said-{name}-{number}", "")
            if key:
                meant[name, key] = form.get(f"meant-{name}-{number}", "").strip()
    offered = {one.encoding.value for one in sample.guesses}
    encoding = form.get("encoding", "")
    return Chosen(
        fields, DateStyle(dates) if dates in set(DateStyle) else DateStyle.DAY_FIRST,
        encoding if encoding in offered else "", fixed, meant,
        submission_key=form.get("submission_key", ""),
    )  # fmt: skip


def map_of(sample: Sample, chosen: Chosen) -> tuple[ColumnMap, tuple[str, ...]]:
    """The map that is chosen, and the fields for which there are two columns."""
    pairs = [(each, sample.head[place]) for place, each in sorted(chosen.fields.items())]
    columns, doubled = of_pairs(pairs)
    known = {
        one.field: {word.key: word.meant for word in one.words if word.meant}
        for one in worded(sample, chosen)
    }
    encoding = Encoding(chosen.encoding) if chosen.encoding else Encoding.UTF8
    how = ColumnMap(
        columns,
        dict(chosen.fixed),
        chosen.dates,
        {name: each for name, each in known.items() if each},
        encoding,
    )
    return how, doubled


def lines(sample: Sample, chosen: Chosen) -> list[Line]:
    """The columns of the file, in their order."""
    guesses = guess(sample.head, sample.rows)
    return [
        Line(place, name.strip(), _examples(sample, place, {each, guessed}), each, _why(one, each))
        for place, name in enumerate(sample.head)
        for each, one in [(chosen.fields.get(place, ""), guesses.get(place))]
        for guessed in [one.field if one else ""]
        if name.strip() or any(_cells_of(sample, [place]))
    ]


def _why(one: Guess | None, chosen: str) -> str:
    if one is not None and one.field == chosen:
        return words.why(one)
    return words.BY_HAND if chosen else ""


def _examples(sample: Sample, place: int, fields: Collection[str]) -> tuple[str, ...]:
    """fields: what the column is chosen to hold, and what it is guessed to hold whatever is chosen."""
    different = dict.fromkeys(words.shown(cell, fields) for cell in _cells_of(sample, [place]))
    return tuple(different)[:EXAMPLES]


def _cells_of(sample: Sample, places: Sequence[int]) -> Iterator[str]:
    return (
        cell for row in sample.rows for place in places if place < len(row) and (cell := row[place].strip())
    )


def agency_words(sample: Sample, chosen: Chosen) -> frozenset[str]:
    """What stands for agencies, folded; nothing where it is too much to be names of a few."""
    places = [place for place, each in chosen.fields.items() if each in {"DonViXuLy", "NoiNopHoSo"}]
    said = frozenset(_counted(_cells_of(sample, places)))
    return said if len(said) <= 2 * MOST_WORDS else frozenset()


def worded(sample: Sample, chosen: Chosen) -> list[WordedField]:
    """The fields whose words have to be told: statuses always, others where they are not the vocabulary's."""
    found, dossiers = [], _without_footers(sample, chosen)
    for name in WORDED:
        places = [place for place, each in chosen.fields.items() if each == name]
        said = _counted(_cells_of(dossiers, places))
        if not 0 < len(said) <= MOST_WORDS or _is_vocabulary(name, said):
            continue
        told = [
            Word(key, text, many, chosen.meant.get((name, key), _meant(name, text, chosen.codes)))
            for key, (text, many) in said.items()
        ]
        found.append(WordedField(name, words.FIELDS[name], list(_CHOICES.get(name, {}).items()), told))
    return found


def _without_footers(sample: Sample, chosen: Chosen) -> Sample:
    """What stands beneath a table is refused row by row: it has no words to be told."""

    def is_one(row: Sequence[str]) -> bool:
        said = {each: row[place] for place, each in chosen.fields.items() if place < len(row)}
        return not holds_no_dossier(said)

    return replace(sample, rows=tuple(filter(is_one, sample.rows)))


def _counted(cells: Iterator[str]) -> dict[str, tuple[str, int]]:
    said: dict[str, tuple[str, int]] = {}
    for cell in cells:
        text, many = said.get(fold(cell), (cell, 0))
        said[fold(cell)] = (text, many + 1)
    return said


def _is_vocabulary(name: str, said: Mapping[str, tuple[str, int]]) -> bool:
    if name == "TrangThaiHoSo":
        return False
    if name == "KenhThucHien":
        return all(channel_of(text) is not None for text, _ in said.values())
    return all(is_agency_code(text) for text, _ in said.values())


def _meant(name: str, text: str, codes: Mapping[str, str]) -> str:
    if name == "TrangThaiHoSo":
        return str(status_of(text) or "")
    if name == "KenhThucHien":
        channel = channel_of(text)
        return str(CHANNEL_NUMBER[channel]) if channel else ""
    return text if is_agency_code(text) else codes.get(fold(text), "")
