"""What the page of one file shows."""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import abort, current_app
from flask_login import current_user

from tthc_tracker.domain.encodings import Encoding
from tthc_tracker.domain.importing import BatchState
from tthc_tracker.queries import columnmaps as maps
from tthc_tracker.queries import imports
from tthc_tracker.queries.columnmaps import KeptMap
from tthc_tracker.queries.imports import Batch
from tthc_tracker.services import importbatches as services
from tthc_tracker.services.importjudging import Judged, Outcome
from tthc_tracker.spreadsheets.faults import UnusableFileError
from tthc_tracker.spreadsheets.filekinds import look_at
from tthc_tracker.spreadsheets.intake import Shelf
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import columnmaps, encodings
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
        "status": columnmaps.STATUSES.get(raw.get("TrangThaiHoSo", ""), said("TrangThaiHoSo")),
        "accepted": words.when(raw.get("NgayTiepNhan", "")),
        "due": words.when(raw.get("NgayHenTra", "")), "agency": said("DonViXuLy"),
        "refused": item.outcome is Outcome.REFUSED, "why": words.why(item),
    }  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """How a file is read: its encoding ('' of a workbook) and the map of its source, if it needs one."""

    encoding: str
    certain: bool  # the file says itself what its encoding is
    kept: KeptMap | None


def reading_of(batch: Batch) -> Reading | None:
    """By what a file was judged, for whoever is to agree to it; None once the file is gone."""
    kept = maps.version_of_file(reading(), batch.columns_id)
    try:
        encoded = look_at(shelf().original(batch.stored or "")).encoded
        if encoded is None:
            return Reading("", True, kept)
        agreed = encoded.agreed(given=None, kept=kept.how.encoding if kept else Encoding.UTF8)
    except (UnusableFileError, OSError):
        return None
    return Reading(encodings.NAMES[agreed], encoded.certain is not None, kept)


def percent(batch: Batch) -> int | None:
    """How much of what is being done now is done; None where nobody knows how much there is."""
    total = batch.counts.get("accepted", 0) if batch.state is BatchState.UNDOING else batch.rows_total
    return min(99, 100 * batch.rows_done // total) if total else None


def speed(batch: Batch, now: dt.datetime) -> str:
    """How fast a file is being written, and about how long yet; '' of any other."""
    if batch.state is not BatchState.CONFIRMED or batch.pace_from is None:
        return ""
    since = max((now - batch.pace_from).total_seconds(), 1)
    return words.speed(batch.rows_done, batch.rows_total, (batch.rows_done - batch.pace_rows) / since)


def has_errors(batch: Batch) -> bool:
    """Whether there is a file of errors to be had."""
    return batch.stored is not None and errors_path(batch).is_file() and bool(batch.counts.get("reasons"))


def errors_path(batch: Batch) -> Path:
    """The file of errors of the step the batch has reached."""
    written = batch.state not in services.DROPPABLE
    return shelf().errors(batch.stored or "0" * 32, written=written)
