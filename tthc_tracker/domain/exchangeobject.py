"""A stored dossier in the exchange vocabulary: what domain.exchangerow reads, written again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tthc_tracker.domain.exchange import APPLICANT_NUMBER, CHANNEL_NUMBER, FiledDossier
from tthc_tracker.domain.exchangekept import NOTHING, TYPED, Kept, fields_of
from tthc_tracker.domain.exchangerow import HANOI
from tthc_tracker.domain.lifecycle import ResultKind, State
from tthc_tracker.domain.portalstatus import PORTAL_STATUS

PERSONAL = ("ChuHoSo", "LoaiDoiTuong", "MaDoiTuong", "SoDienThoai", "Email", *TYPED)
"""The fields that speak of a person, or may."""

ENDS = ("NgayTuChoi", "NgayKetThucXuLy", "NgayTra")
"""The moments of an end: they belong to the status they were sent with."""

_REGISTERED, _REFUSAL = "1", 3
# An end that goes on: the result of an accepted dossier, a refusal too, is handed over.
_CONTINUES = frozenset({("9", "10"), ("10", "9"), ("3", "10")})


@dataclass(frozen=True, slots=True)
class DossierFacts(FiledDossier):
    """What is stored of a dossier, as far as the vocabulary has words for it. Moments are aware."""

    result_kind: ResultKind | None
    kept: Kept = NOTHING


def stamp(at: datetime | None) -> str | None:
    """A moment as the vocabulary writes it (yyyyMMddHHmmss, local time); None stays None."""
    return None if at is None else at.astimezone(HANOI).strftime("%Y%m%d%H%M%S")


def iso(at: datetime | None) -> str | None:
    """A moment as everybody else writes it, e.g. 2026-11-23T14:00:00+07:00; None stays None."""
    return None if at is None else at.astimezone(HANOI).isoformat(timespec="seconds")


def status_of(state: State, result_kind: ResultKind | None) -> int | None:
    """TrangThaiHoSo; 3 after acceptance is a result that refuses. None: cancelled, no longer a dossier."""
    if state is State.FINISHED and result_kind is ResultKind.REFUSED:
        return _REFUSAL
    return PORTAL_STATUS[state]


def exchange_object(facts: DossierFacts) -> dict[str, Any]:
    """Every field of the vocabulary that is known of a dossier; None where there is nothing."""
    refused_before = facts.state is State.REFUSED
    refused_after = facts.state is State.RETURNED and facts.result_kind is ResultKind.REFUSED
    return {
        "MaHoSo": facts.code,
        "MaTTHC": facts.procedure_code,
        "TenTTHC": facts.procedure_name or None,
        "TenLinhVuc": facts.sector_name or None,
        "KenhThucHien": CHANNEL_NUMBER[facts.channel],
        "ChuHoSo": facts.owner_name,
        "LoaiDoiTuong": APPLICANT_NUMBER[facts.owner_kind],
        "MaDoiTuong": facts.owner_id,
        "SoDienThoai": facts.owner_phone,
        "Email": facts.owner_email,
        "TrichYeuHoSo": facts.abstract or None,
        "NgayNopHoSo": stamp(facts.submitted_at),
        "NgayTiepNhan": stamp(facts.accepted_at),
        "NgayHenTra": stamp(facts.due_at),
        "TrangThaiHoSo": status_of(facts.state, facts.result_kind),
        "NgayTuChoi": stamp(facts.closed_at) if refused_before or refused_after else None,
        "NgayKetThucXuLy": None if refused_before else stamp(facts.closed_at),
        "NgayTra": stamp(facts.returned_at),
        "NoiNopHoSo": facts.receiving,
        "DonViXuLy": facts.resolving,
    } | fields_of(facts.kept)


def undoes_acceptance(facts: DossierFacts, said: dict[str, str]) -> bool:
    """Whether a status says of an accepted dossier that nobody has answered it yet: backwards, and no row."""
    return facts.accepted_at is not None and said.get("TrangThaiHoSo", "").strip() == _REGISTERED


def merged(facts: DossierFacts, said: dict[str, str]) -> dict[str, str]:
    """The row a source would send now: what is stored, and over it what it says of the status.

    The moments of an earlier end stay only with a status that continues it: a finish is still the finish when
    the result is returned, a stop is not the finish of the dossier that went on.
    """
    row = {name: str(value) for name, value in exchange_object(facts).items() if value is not None}
    if facts.kept.supplements:
        row["DanhSachHoSoBoSung"] = facts.kept.supplements
    old, new = row.get("TrangThaiHoSo", ""), said.get("TrangThaiHoSo", "")
    if not (old == new or (old, new) in _CONTINUES):
        for name in ENDS:
            row.pop(name, None)
    return row | said
