"""Rows read by themselves: the same wherever they are read, and known again by what they say."""

import hashlib
import marshal

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.sending import dossier
from tthc_tracker.domain.exchangerow import REMARK_COLUMNS
from tthc_tracker.domain.rowfaults import BrokenRow, Refusal
from tthc_tracker.services.importreading import content_hash, plain_of, read, row_of

COLUMNS = st.sampled_from([*dossier(1), "GhiChu", *REMARK_COLUMNS])
CELLS = st.text(max_size=12) | st.sampled_from(["", " x ", "20210601083700", "1/2/2021", "#N/A", "10", "2"])
CHANGES = st.dictionaries(COLUMNS, CELLS, max_size=4)


@settings(max_examples=50)
@given(CHANGES)
def test_a_row_is_known_again_by_the_text_of_its_pairs(changes: dict[str, str]) -> None:
    row = dossier(1) | changes
    said = [(name, cell.strip()) for name, cell in sorted(row.items()) if name not in REMARK_COLUMNS]
    told = repr([pair for pair in said if pair[1]])
    assert content_hash(row) == hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


@settings(max_examples=50)
@given(CHANGES, st.booleans())
def test_a_row_that_was_handed_over_says_what_it_said_and_is_refused_for_what_it_was(
    changes: dict[str, str], broken: bool
) -> None:
    cells = dossier(1) | changes
    row = read(7, BrokenRow(cells, Refusal.LONG_CELL, "ChuHoSo") if broken else cells)
    assert row_of(marshal.loads(marshal.dumps(plain_of(row)))) == row._replace(row=None)
