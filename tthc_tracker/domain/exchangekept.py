"""What the exchange vocabulary says besides: kept as its source said it, given back, reckoned with nowhere.

The exceptions are HinhThuc where it asks for the result by post or online in words that nobody can take
otherwise (of its numbers no list was read, so a number stays a number), and a field of ours, KetQuaSoHoa,
where it says yes or no.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tthc_tracker.domain.folding import fold
from tthc_tracker.domain.lifecycle import ReturnMethod


@dataclass(frozen=True, slots=True)
class Kept:
    """The words of a source; "" where it said nothing."""

    sector_code: str = ""
    return_way: str = ""
    note: str = ""
    digitised: str = ""
    account_verified: str = ""
    paid_online: str = ""
    supplements: str = ""  # a list as JSON, or whatever was sent in its place
    result_digitised: str = ""

    @property
    def asks_for_post(self) -> bool:
        """Whether the result is asked for by post."""
        return fold(self.return_way) in _BY_POST

    @property
    def asks_for_portal(self) -> bool:
        """Whether the result is asked for online."""
        return fold(self.return_way) in _BY_PORTAL

    @property
    def says_digitised(self) -> bool | None:
        """Whether the result is kept digitised; None where it is not said so that it can be read."""
        return _YES_OR_NO.get(fold(self.result_digitised))


_YES_OR_NO = {
    "1": True, "true": True, "co": True, "da so hoa": True,
    "0": False, "false": False, "khong": False, "chua": False, "chua so hoa": False,
}  # fmt: skip

NOTHING = Kept()

KEPT: dict[str, str] = {
    "MaLinhVuc": "sector_code",
    "HinhThuc": "return_way",
    "GhiChu": "note",
    "HoSoCoThanhPhanSoHoa": "digitised",
    "TaiKhoanDuocXacThucVoiVNeID": "account_verified",
    "DuocThanhToanTrucTuyen": "paid_online",
    "DanhSachHoSoBoSung": "supplements",
    "KetQuaSoHoa": "result_digitised",
}
"""Where each field of the vocabulary is kept."""

LONGEST: dict[str, int] = {
    "sector_code": 40, "return_way": 100, "note": 1000, "digitised": 20, "account_verified": 20,
    "paid_online": 20, "result_digitised": 20,
}  # fmt: skip
"""How much of each is kept; of the supplements all, for half a list is none."""

TYPED = ("GhiChu", "DanhSachHoSoBoSung")
"""Those that somebody has typed: they may name a person."""

_BY_POST = frozenset({
    "buu chinh", "buu dien", "qua buu chinh", "qua buu dien", "buu chinh cong ich", "qua buu chinh cong ich",
    "dich vu buu chinh", "qua dich vu buu chinh", "dich vu buu chinh cong ich",
    "qua dich vu buu chinh cong ich", "tra ket qua qua buu chinh",
})  # fmt: skip

_BY_PORTAL = frozenset({
    "truc tuyen", "nhan truc tuyen", "tra truc tuyen", "nhan ket qua truc tuyen", "tra ket qua truc tuyen",
    "qua cong", "qua cong dich vu cong", "cong dich vu cong", "qua cong dich vu cong quoc gia",
})  # fmt: skip


def says_more(raw: Mapping[str, str]) -> bool:
    """Whether a row has a column of these at all: few files have."""
    return not _NAMES.isdisjoint(raw)


_NAMES = frozenset(KEPT)


def over(old: Kept, new: Kept) -> Kept:
    """What is known after a source has said `new`: where it says nothing, what it said before."""
    return Kept(**{name: getattr(new, name) or getattr(old, name) for name in KEPT.values()})


def with_own(
    kept: Kept,
    *,
    sector_code: str,
    way: ReturnMethod,
    digitised: bool | None,
    paid_online: bool | None,
    result_digitised: bool | None,
) -> Kept:
    """What was said, and where nothing was what is known here of a dossier of ours, in words that are read
    again."""
    own = Kept(
        sector_code=sector_code, return_way=_WAYS[way], digitised=_ONE_OR_NONE[digitised],
        paid_online=_ONE_OR_NONE[paid_online], result_digitised=_ONE_OR_NONE[result_digitised],
    )  # fmt: skip
    return over(own, kept)


_WAYS = {
    ReturnMethod.COUNTER: "Trực tiếp",
    ReturnMethod.POST: "Qua bưu chính",
    ReturnMethod.ONLINE: "Trực tuyến",
}
_ONE_OR_NONE = {True: "1", False: "0", None: ""}


def fields_of(kept: Kept) -> dict[str, Any]:
    """The fields of the vocabulary; None where there is nothing."""
    found: dict[str, Any] = {field: getattr(kept, name) or None for field, name in KEPT.items()}
    return found | {"DanhSachHoSoBoSung": _listed(kept.supplements)}


def _listed(text: str) -> Any:
    """The list that a text is, or the text itself."""
    try:
        found = json.loads(text) if text else None
    except ValueError:
        return text
    return found if found is None or isinstance(found, list) else text
