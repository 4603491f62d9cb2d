"""The exchange vocabulary of filing: what other systems call channels and kinds of applicants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from tthc_tracker.domain.folding import INVISIBLE, fold
from tthc_tracker.domain.lifecycle import ApplicantKind, Channel, State

FIELDS = (
    "MaHoSo", "MaTTHC", "TenTTHC", "MaLinhVuc", "TenLinhVuc", "KenhThucHien", "ChuHoSo", "LoaiDoiTuong",
    "MaDoiTuong", "Email", "SoDienThoai", "TrichYeuHoSo", "NgayNopHoSo", "NgayTiepNhan", "NgayHenTra",
    "TrangThaiHoSo", "NgayTuChoi", "NgayTra", "HinhThuc", "NgayKetThucXuLy", "DonViXuLy", "GhiChu",
    "NoiNopHoSo", "HoSoCoThanhPhanSoHoa", "TaiKhoanDuocXacThucVoiVNeID", "DuocThanhToanTrucTuyen",
    "DanhSachHoSoBoSung", "KetQuaSoHoa",
)  # fmt: skip
"""Those of the contract, and last of all one of ours that it has no name for (decision 0075)."""

_BY_FOLDED = {name.lower(): name for name in FIELDS}


def field_name(text: str) -> str:
    """The vocabulary's spelling of a column's name, whatever its case; of others the name as it is."""
    name = "".join(text.translate(INVISIBLE).split())
    return _BY_FOLDED.get(name.lower(), text.strip())


@dataclass(frozen=True, slots=True)
class FiledDossier:
    """What the vocabulary says of a dossier whichever way it goes, in our terms. Moments are aware."""

    code: str
    procedure_code: str
    procedure_name: str
    sector_name: str
    channel: Channel
    owner_name: str
    owner_kind: ApplicantKind
    owner_id: str | None
    owner_phone: str | None
    owner_email: str | None
    abstract: str
    receiving: str
    resolving: str
    state: State
    submitted_at: datetime | None
    accepted_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None
    returned_at: datetime | None


CHANNEL_NUMBER: dict[Channel, int] = {Channel.COUNTER: 1, Channel.ONLINE: 2, Channel.POST: 3}

_CHANNEL_NAMES: dict[str, Channel] = {
    "1": Channel.COUNTER,
    "truc tiep": Channel.COUNTER,
    "tai quay": Channel.COUNTER,
    "nop truc tiep": Channel.COUNTER,
    "counter": Channel.COUNTER,
    "2": Channel.ONLINE,
    "truc tuyen": Channel.ONLINE,
    "nop truc tuyen": Channel.ONLINE,
    "qua mang": Channel.ONLINE,
    "online": Channel.ONLINE,
    "3": Channel.POST,
    "buu chinh": Channel.POST,
    "buu chinh cong ich": Channel.POST,
    "buu dien": Channel.POST,
    "qua buu chinh": Channel.POST,
    "dich vu buu chinh": Channel.POST,
    "dich vu buu chinh cong ich": Channel.POST,
    "bcci": Channel.POST,
    "post": Channel.POST,
}


@lru_cache(maxsize=256)  # files say the same few words ten thousand times
def channel_of(text: str) -> Channel | None:
    """The channel that a source calls by number or by name, marks and case aside; None if it is neither."""
    return _CHANNEL_NAMES.get(fold(text))


APPLICANT_NUMBER: dict[ApplicantKind, int] = {
    ApplicantKind.CITIZEN: 1,
    ApplicantKind.BUSINESS: 2,
    ApplicantKind.STATE_BODY: 3,
    ApplicantKind.OTHER_ORGANISATION: 4,
}

_APPLICANT_NAMES: dict[str, ApplicantKind] = {
    "1": ApplicantKind.CITIZEN,
    "cong dan": ApplicantKind.CITIZEN,
    "ca nhan": ApplicantKind.CITIZEN,
    "2": ApplicantKind.BUSINESS,
    "doanh nghiep": ApplicantKind.BUSINESS,
    "3": ApplicantKind.STATE_BODY,
    "co quan nha nuoc": ApplicantKind.STATE_BODY,
    "4": ApplicantKind.OTHER_ORGANISATION,
    "to chuc": ApplicantKind.OTHER_ORGANISATION,
    "to chuc khac": ApplicantKind.OTHER_ORGANISATION,
}


@lru_cache(maxsize=256)
def applicant_kind_of(text: str) -> ApplicantKind | None:
    """The kind of applicant that a source calls by number or by name; None if it is neither."""
    return _APPLICANT_NAMES.get(fold(text))
