"""A file of the exchange vocabulary, written line by line: what exchangefile.open_export reads."""

import json
from collections.abc import Iterable, Iterator

from tthc_tracker.domain.exchange import FIELDS
from tthc_tracker.domain.exchangeobject import DossierFacts, exchange_object
from tthc_tracker.spreadsheets import csvtext

FORMS = ("csv", "jsonl")


def lines(form: str, dossiers: Iterable[DossierFacts]) -> Iterator[str]:
    """The file: CSV with every column, or JSON, a dossier a line with what is known of it."""
    return csvtext.lines(FIELDS, map(_cells, dossiers)) if form == "csv" else map(_object, dossiers)


def _cells(facts: DossierFacts) -> list[object]:
    fields = exchange_object(facts)
    if facts.kept.supplements:  # a list is no cell: the text that it was
        fields["DanhSachHoSoBoSung"] = facts.kept.supplements
    return [fields[name] for name in FIELDS]


def _object(facts: DossierFacts) -> str:
    known = {name: value for name, value in exchange_object(facts).items() if value is not None}
    return json.dumps(known, ensure_ascii=False) + "\n"
