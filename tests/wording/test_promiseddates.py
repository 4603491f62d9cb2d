"""Which date a list goes by is said, and the other can be seen beside it."""

from types import SimpleNamespace

from tests.support.moments import at
from tthc_tracker.queries.lists import LISTS
from tthc_tracker.wording.columns import See
from tthc_tracker.wording.promiseddates import LAWFUL, TOLD, lawful, told

LAW, SECOND = at("Thu 2026-11-19 09:30"), at("Thu 2026-11-26 09:30")
SEE = See(SECOND, SECOND, SECOND.date())


def test_the_other_date_stands_beneath_where_it_is_another() -> None:
    again = SimpleNamespace(due_at=SECOND, lawful_due_at=LAW)
    [shown, beneath] = told()
    assert (shown.head, shown.text(again, SEE)) == (TOLD, "09:30 26/11/2026")
    assert shown.parts == (beneath,)
    assert beneath.quiet is not None
    assert beneath.quiet(again, SEE) == "hạn theo luật 09:30 19/11/2026"
    assert beneath.quiet(SimpleNamespace(due_at=LAW, lawful_due_at=LAW), SEE) == ""


def test_a_list_of_lawful_dates_shows_what_people_were_told() -> None:
    [shown, beneath] = lawful()
    again = SimpleNamespace(due_at=LAW, told_due_at=SECOND)
    assert (shown.head, shown.text(again, SEE)) == (LAWFUL, "09:30 19/11/2026")
    assert beneath.quiet is not None
    assert beneath.quiet(again, SEE) == "hẹn trả 09:30 26/11/2026"


def test_every_list_that_shows_one_date_of_a_dossier_can_show_the_other() -> None:
    one = {
        name: {column.head for column in kept.columns.every} & {TOLD, LAWFUL, "Hẹn lại", "Hẹn trả đang lưu"}
        for name, kept in LISTS.items()
    }
    # A pair of two systems' sides: neither date is this dossier's own.
    assert {name for name, heads in one.items() if len(heads) == 1} == {"differing"}
