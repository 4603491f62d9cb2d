"""Where people work in each source: the address that a mirrored dossier leads to."""

import datetime as dt
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.models.procedure import Source
from tthc_tracker.services import audit
from tthc_tracker.services.tablerows import Outcome, Row, Tally, read_table

LONGEST = 300


def load_sources(session: Session, text: str, *, actor_id: int | None, now: dt.datetime) -> Outcome:
    """Load `code,url`: the address of a source, or none where the cell is empty.

    Raises:
        BadRows: nothing was loaded.
    """
    table = read_table(text, ("code", "url"))
    known = {source.code: source for source in session.execute(select(Source)).scalars()}
    tally = Tally()
    for row in table.rows:
        code = row.text("code", longest=40, required=True)
        url = _url(row)
        if code not in known:
            row.bad("code", f"không có nguồn mã {code}; xem mã ở Danh mục, Nguồn dữ liệu.")
        elif known[code].url == url:
            tally.unchanged += 1
        else:
            known[code].url = url
            tally.changed += 1
    table.refuse_if_bad()
    outcome = tally.outcome()
    if outcome.did_something:
        audit.note(session, "sources_loaded", actor_id=actor_id, now=now, facts={"changed": outcome.changed})
    return outcome


def _url(row: Row) -> str:
    url = row.text("url", longest=LONGEST)
    if url and not _is_web_address(url):
        row.bad("url", "cần địa chỉ đầy đủ, bắt đầu bằng https://.")
    return url


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in url
