"""What the page of one file shows."""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import abort, current_app
from flask_login import current_user

from tthc_tracker.domain.importing import BatchState
from tthc_tracker.queries import imports
from tthc_tracker.queries.imports import Batch
from tthc_tracker.services import importbatches as services
from tthc_tracker.services.importjudging import Judged, Outcome
from tthc_tracker.spreadsheets.intake import Shelf
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import columnmaps
from tthc_tracker.wording import importing as words


def batch_of(batch_id: int) -> Batch:
    """A file that this person may see; another is not there."""
    return imports.batch(reading(), batch_id, current_user) or abort(404)


def shelf() -> Shelf:
    """Where this installation keeps what people send."""
    return Shelf(current_app.config["SETTINGS"].var)


@dataclass(frozen=True)
class Line:
    """A count with its words; `code` of a reason."""

    words: str
    many: int
    code: str = ""


def counts(batch: Batch) -> list[Line]:
    """What became of the rows, or would: only what there is any of."""
    return [
        Line(label, batch.counts[name], name)
        for name, label in words.COUNTS.items()
        if batch.counts.get(name)
    ]


def reasons(batch: Batch) -> list[Line]:
    """How many rows there are of each refusal and warning, the most frequent first."""
    found = batch.counts.get("reasons", {})
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return [Line(words.reason_words(code), many, code) for code, many in ordered]


def preview(batch: Batch) -> list[dict[str, Any]]:
    """The first rows as they were judged; none once the file is gone."""
    if batch.stored is None:
        return []
    try:
        shown: list[dict[str, Any]] = json.loads(shelf().preview(batch.stored).read_text(encoding="utf-8"))
    except OSError:
        return []
    return shown


def previewed(item: Judged) -> dict[str, Any]:
    """A row as the page of columns shows it: nothing personal that lists would not show either."""
    raw = item.raw

    def said(field: str) -> str:
        return columnmaps.unnumbered(raw.get(field, "")[:40])

    return {
        "number": item.number, "code": columnmaps.unnumbered(item.code[:40]), "procedure": said("MaTTHC"),
        "owner": words.listed(raw.get("ChuHoSo", ""), raw.get("LoaiDoiTuong", "")),
        "id": columnmaps.shown(raw.get("MaDoiTuong", "")), "channel": said("KenhThucHien"),
        "status": said("TrangThaiHoSo"), "accepted": words.when(raw.get("NgayTiepNhan", "")),
        "due": words.when(raw.get("NgayHenTra", "")), "agency": said("DonViXuLy"),
        "refused": item.outcome is Outcome.REFUSED, "why": words.why(item),
    }  # fmt: skip


def percent(batch: Batch) -> int | None:
    """How much of what is being done now is done; None where nobody knows how much there is."""
    total = batch.counts.get("accepted", 0) if batch.state is BatchState.UNDOING else batch.rows_total
    return min(99, 100 * batch.rows_done // total) if total else None


def speed(batch: Batch, now: dt.datetime) -> str:
    """How fast a file is being written, and about how long yet; '' of any other."""
    if batch.state is not BatchState.CONFIRMED or batch.confirmed_at is None:
        return ""
    since = (now - batch.confirmed_at).total_seconds()
    return words.speed(batch.rows_done, batch.rows_total, batch.rows_done / max(since, 1))


def has_errors(batch: Batch) -> bool:
    """Whether there is a file of errors to be had."""
    return batch.stored is not None and errors_path(batch).is_file() and bool(batch.counts.get("reasons"))


def errors_path(batch: Batch) -> Path:
    """The file of errors of the step the batch has reached."""
    written = batch.state not in services.DROPPABLE
    return shelf().errors(batch.stored or "0" * 32, written=written)
