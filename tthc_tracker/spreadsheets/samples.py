"""The head and the first rows of a file whose columns are not the vocabulary's, as they stand in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from tthc_tracker.domain.columnguessing import LOOKED_AT, names_of_fields
from tthc_tracker.domain.encodings import Encoding, Guess
from tthc_tracker.spreadsheets.encodedtext import check, open_text
from tthc_tracker.spreadsheets.exchangefile import HEAD_WITHIN, csv_records, glanced, json_head
from tthc_tracker.spreadsheets.faults import UnusableFileError
from tthc_tracker.spreadsheets.filekinds import Kind, look_at
from tthc_tracker.wording import encodings as words

FEWEST = 3  # columns of a head: code, owner and status are never the same for every row


@dataclass(frozen=True)
class Sample:
    """What a person is shown of a file. encoding: of text, by which it was read here; guesses: where that
    is only guessed. head: empty where no row can be one."""

    kind: Kind
    head: tuple[str, ...]
    rows: tuple[Sequence[str], ...]
    encoding: Encoding | None = None
    guesses: tuple[Guess, ...] = ()


def sample_of(path: Path, encoding: Encoding | None = None) -> Sample:
    """Read a file's beginning; by the likeliest encoding, or the one that is asked for.

    Raises UnusableFileError: nothing that can be read by it.
    """
    look = look_at(path)
    if look.encoded is None:
        return Sample(Kind.XLSX, *_headed(glanced(path)[0]))
    guesses = look.encoded.guesses
    likeliest = look.encoded.certain or (guesses[0].encoding if guesses else None)
    by = likeliest if look.encoded.certain or encoding is None else encoding
    if by is None:
        raise UnusableFileError(words.unknown())
    if guesses or not look.encoded.certain:
        check(path, by)
    with open_text(path, by) as file:
        if look.kind is Kind.JSON:
            head, dossiers = json_head(file)
            rows = [[row.get(name, "") for name in head] for row in islice(dossiers, LOOKED_AT)]
            return Sample(look.kind, tuple(head), tuple(rows), by, guesses)
        cells = (cells for _, cells, sound in csv_records(file) if sound)
        return Sample(look.kind, *_headed(cells), by, guesses)


def _headed(cells: Iterable[Sequence[str]]) -> tuple[tuple[str, ...], tuple[Sequence[str], ...]]:
    """The row that names the most fields, of those that can be a head; and what stands beneath it."""
    rows = list(islice(cells, HEAD_WITHIN + LOOKED_AT))
    likely = [place for place, row in enumerate(rows[:HEAD_WITHIN]) if _can_be_head(row)]
    if not likely:
        return (), ()
    at = max(likely, key=lambda place: names_of_fields(rows[place]))
    beneath = [row for row in rows[at + 1 :] if any(map(str.strip, row))]
    return tuple(rows[at]), tuple(beneath[:LOOKED_AT])


def _can_be_head(row: Sequence[str]) -> bool:
    """Several names, and none of them a number of some length, as every row of dossiers has."""
    named = [cell for cell in row if cell.strip()]
    return len(named) >= FEWEST and not any(sum(map(str.isdigit, cell)) >= 4 for cell in named)
