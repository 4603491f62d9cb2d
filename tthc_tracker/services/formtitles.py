"""What printed forms are called: title, number and legal basis from a day on, as rows of the catalogue.

The forms themselves are the program's; a file names them by the keys that are there. Each row holds until the
day before the next one of its form begins.
"""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.models.setting import FormTitle
from tthc_tracker.services import audit
from tthc_tracker.services.tablerows import Outcome, Row, Tally, read_table

COLUMNS = ("form_key", "title", "valid_from")
_KEY = ("form_key", "valid_from")


def load_titles(session: Session, text: str, *, actor_id: int | None, now: dt.datetime) -> Outcome:
    """Load `form_key,title,valid_from [number,basis]`: titles from a day on; the same day's is replaced.

    What was printed stays as it was printed: the words of each paper are kept with it.

    Raises:
        BadRows: nothing was loaded.
    """
    table = read_table(text, COLUMNS)
    table.once("form_key", lambda row: tuple(row.cells[name].strip() for name in _KEY))
    known = {(one.form_key, one.valid_from): one for one in session.execute(select(FormTitle)).scalars()}
    forms = {key for key, _ in known}
    wanted = [found for row in table.rows if (found := _read(row, forms)) is not None]
    table.refuse_if_bad()
    tally = Tally()
    for found in wanted:
        _put(session, known.get((found.form_key, found.valid_from)), found, tally)
    follow_on(session)
    outcome = tally.outcome()
    if outcome.did_something:
        facts = {
            "added": outcome.added, "changed": outcome.changed,
            "forms": sorted({found.form_key for found in wanted}),
        }  # fmt: skip
        audit.note(session, "form_titles_loaded", actor_id=actor_id, now=now, facts=facts)
    return outcome


def seed_titles(session: Session, text: str) -> None:
    """Put in the shipped titles that are not there yet; what is there stays: people may have changed it."""
    known = {tuple(row) for row in session.execute(select(FormTitle.form_key, FormTitle.valid_from))}
    table = read_table(text, (*COLUMNS, "number", "basis"))
    shipped = [_title(row) for row in table.rows]
    session.add_all(one for one in shipped if (one.form_key, one.valid_from) not in known)
    follow_on(session)


def follow_on(session: Session) -> None:
    """Let every title end on the day before the next one of its form begins."""
    session.flush()
    rows = session.execute(select(FormTitle).order_by(FormTitle.form_key, FormTitle.valid_from)).scalars()
    found = list(rows)
    for one, after in zip(found, [*found[1:], None], strict=True):
        follows = after is not None and after.form_key == one.form_key
        one.valid_to = after.valid_from - dt.timedelta(days=1) if after is not None and follows else None


def _title(row: Row) -> FormTitle:
    since = row.date("valid_from")
    return FormTitle(
        form_key=row.text("form_key", longest=40, required=True),
        title=row.text("title", longest=200, required=True),
        number=row.text("number", longest=60), basis=row.text("basis", longest=300),
        valid_from=since or dt.date.min,
    )  # fmt: skip


def _read(row: Row, forms: set[str]) -> FormTitle | None:
    """A title, or None with its faults noted."""
    faults = len(row.faults)
    found = _title(row)
    if found.form_key and found.form_key not in forms:
        row.bad("form_key", f"không có mẫu {found.form_key}; hãy dùng một trong: {', '.join(sorted(forms))}.")
    if not row.cells["valid_from"].strip():
        row.bad("valid_from", "còn trống.")
    if found.number and not found.basis:  # numbers shifted from one circular to the next
        row.bad("basis", "số hiệu mẫu chỉ in cùng văn bản ban hành; hãy ghi văn bản, hoặc bỏ trống cả hai.")
    return found if len(row.faults) == faults else None


def _put(session: Session, held: FormTitle | None, found: FormTitle, tally: Tally) -> None:
    if held is None:
        session.add(found)
        tally.added += 1
        return
    said = (found.title, found.number, found.basis)
    same = (held.title, held.number, held.basis) == said
    tally.unchanged += same
    tally.changed += not same
    held.title, held.number, held.basis = said
