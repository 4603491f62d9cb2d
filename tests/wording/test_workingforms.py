"""The columns of the working tables: what adds up does, a share follows from its parts."""

from random import Random

import pytest

from tests.spreadsheets.test_formsheet import HEAD
from tthc_tracker.domain.performance import rate
from tthc_tracker.wording.formtables import FormTable, Rank, heads
from tthc_tracker.wording.judgedforms import causes, evaluation
from tthc_tracker.wording.workingforms import MEASURES, Working, form


def filled(which: Working) -> FormTable:
    """The table with three rows of whatever it counts."""
    random = Random(which.value)
    names = {name for measure in MEASURES[which] for name in measure.of}
    rows = [
        (f"k{each}", f"Đơn vị {each}", {name: random.randrange(9) for name in names}) for each in range(3)
    ]
    return form(which, HEAD, rows)


@pytest.mark.parametrize("which", list(MEASURES))
def test_sums_and_shares_follow_from_their_columns(which: Working) -> None:
    table = filled(which)
    assert [column.number for column in table.columns] == [f"({n})" for n in range(1, len(table.columns) + 1)]
    assert {(cell.column, cell.columns) for cell in heads(table.columns) if cell.last} == {
        (place, 1) for place in range(len(table.columns))
    }
    for line in table.lines:
        for column, cell in zip(table.columns, line.cells, strict=True):
            if column.sum_of:
                assert cell == sum(line.cells[place] for place in column.sum_of)
            if column.part_of:
                num, den = (line.cells[place] for place in column.part_of)
                assert cell == rate(num, den).percent
    total = table.lines[-1]
    assert (total.rank, total.of) == (Rank.TOTAL, (0, 1, 2))
    for place, column in enumerate(table.columns):
        if column.kind == "num":
            assert total.cells[place] == sum(line.cells[place] for line in table.lines[:-1])


def test_causes_stand_beneath_their_field() -> None:
    table = causes(HEAD, [("DD", "Đất đai", {"staff": 2, "": 1}), ("HT", "Hộ tịch", {"other": 4})])
    assert [line.cells[2] for line in table.lines] == [3, 2, 1, 4, 4, 7]
    assert [line.of for line in table.lines if line.of] == [(1, 2), (4,), (0, 3)]
    assert table.lines[2].cells[3] == "Chưa ghi nguyên nhân"


def test_who_is_judged_has_points_by_what_there_is() -> None:
    counts = {"dossiers": 2, "early": 1, "late": 1}
    table = evaluation(Working.PEOPLE, HEAD, [("an", "Nguyễn Văn An", counts), ("ba", "Lê Thị Ba", {})])
    assert table.lines[0].cells[2:] == (2, "1,0", "–", "5,0", "Mức 100 %")
    assert table.lines[1].cells[2:] == (0, "–", "–", "–", "Chưa có số liệu")
