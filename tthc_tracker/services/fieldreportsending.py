"""Field reports that another system sends one by one, and the photo of each."""

import datetime as dt
from collections.abc import Mapping

from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import ConflictingDossier, InvalidInput, NotFound
from tthc_tracker.domain.exchangerow import moment
from tthc_tracker.domain.fieldreports import ReportChannel
from tthc_tracker.domain.rowfaults import RowRefusedError
from tthc_tracker.services import audit
from tthc_tracker.services.fieldreports import Reported, Sender, agency_of, find, take_sent
from tthc_tracker.wording import fieldreports as said

# What a field of `Reported` is called in the vocabulary.
FIELDS = {
    "code": "MaPhanAnh", "kind": "LoaiPhanAnh", "place": "NoiXayRa", "words": "NoiDung",
    "received_at": "NgayTiepNhan", "agency": "DonViXuLy", "contact_name": "HoTen",
    "contact_phone": "SoDienThoai", "contact_email": "Email",
}  # fmt: skip
_TEXTS = tuple(name for name in FIELDS if name not in {"code", "received_at"})


def send(
    session: Session, source_id: int, fields: Mapping[str, str], *, now: dt.datetime
) -> tuple[str, bool]:
    """Take one report in; its code, and whether it is new. `fields`: text by the vocabulary's names.

    Raises:
        InvalidInput: a field, by its name in the vocabulary. ConflictingDossier: the code is known with other
        content, or from another source.
    """
    desk = _desk(session, fields.get("DonViTiepNhan", ""), now)
    sender = Sender(ReportChannel.API, desk, source_id=source_id)
    told = Reported(
        **{name: fields.get(FIELDS[name], "") for name in _TEXTS},
        received_at=_moment(fields.get("NgayTiepNhan", "")),
    )
    try:
        report, new = take_sent(session, fields.get("MaPhanAnh", ""), told, sender, now=now)
    except InvalidInput as fault:
        raise InvalidInput(FIELDS[fault.field], fault.message) from fault
    except ConflictingDossier as fault:
        raise ConflictingDossier(FIELDS[fault.field], fault.message) from fault
    return report.code, new


def attach(session: Session, source_id: int, code: str, photo: str, *, now: dt.datetime) -> str | None:
    """Put a photo to one of the source's reports; the name of the one that it replaces.

    Raises:
        NotFound: this source sent no such report. ConflictingDossier: freed of what is personal by now.
    """
    report = find(session, code) if "\0" not in code else None
    if report is None or report.source_id != source_id:
        raise NotFound(code)
    if report.erased_at is not None:
        raise ConflictingDossier("MaPhanAnh", said.CONTACT_ERASED)
    before, report.photo = report.photo, photo
    report.version += 1
    audit.note(
        session, "field_report_photo", actor_id=None, now=now, object_type="field_report",
        object_id=report.code, agency_id=report.handling_agency_id,
    )  # fmt: skip
    return before


def _desk(session: Session, code: str, now: dt.datetime) -> int:
    try:
        return agency_of(session, code, now.date())
    except InvalidInput as fault:
        raise InvalidInput("DonViTiepNhan", fault.message) from fault


def _moment(text: str) -> dt.datetime:
    try:
        found = moment(text)
    except RowRefusedError:
        found = None
    if found is None:
        raise InvalidInput("NgayTiepNhan", said.BAD_STAMP)
    return found
