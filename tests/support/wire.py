"""Another system as the programming interface meets it: a key, and requests that bear it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tthc_tracker import clock
from tthc_tracker.domain.apitokens import ApiScope
from tthc_tracker.extensions import database
from tthc_tracker.services import apitokens
from tthc_tracker.services.apitokens import IssueToken

PORTAL, OTHER = "provincial-portal", "national-portal"


def token(
    source: str = PORTAL, scopes: Iterable[ApiScope] = ApiScope, *, days: int = 30, agency: str = "H50"
) -> str:
    """A fresh key of a source; the figures it reads, if any, are the agency's."""
    chosen = frozenset(scopes)
    agency = agency if ApiScope.STATISTICS in chosen else ""
    command = IssueToken(source, "máy thử", chosen, days, agency_code=agency)
    with database.transaction() as session:
        return apitokens.issue(session, command, actor=None, now=clock.now())[1]


@dataclass
class System:
    """A source's system that talks to the application in this process."""

    app: Flask
    token: str
    headers: dict[str, str] = field(default_factory=dict)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """One request; `body` is sent as JSON, or as it is if it is bytes. `_` in a header's name is `-`."""
        sent = {"Authorization": f"Bearer {self.token}", **self.headers}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, bytes | None) else json.dumps(body, ensure_ascii=False).encode()
        if data is not None:
            sent.setdefault("Content-Type", "application/json")
        return self.app.test_client().open(f"/api/v1{path}", method=method, data=data, headers=sent)


def dossier(code: str = "H50.19000-261116-0001", **fields: Any) -> dict[str, Any]:
    """A dossier as a portal sends it: filed online, waiting."""
    return {
        "MaHoSo": code, "MaTTHC": "1.004873", "KenhThucHien": 2, "ChuHoSo": "Nguyễn Thị Hoà",
        "LoaiDoiTuong": 1, "MaDoiTuong": "044093001234", "SoDienThoai": "0912345678",
        "NgayNopHoSo": "20261116090000", "TrangThaiHoSo": 1, "NoiNopHoSo": "H50.19000",
        "DonViXuLy": "H50.19000",
    } | fields  # fmt: skip


def accepted(code: str = "H50.19000-261116-0001", **fields: Any) -> dict[str, Any]:
    """The same, received and promised."""
    promised = {"TrangThaiHoSo": 4, "NgayTiepNhan": "20261116100000", "NgayHenTra": "20261119100000"}
    return dossier(code, **promised | fields)


def report(code: str = "HT-2026-000123", **fields: Any) -> dict[str, Any]:
    """A field report as a portal sends it."""
    return {
        "MaPhanAnh": code, "LoaiPhanAnh": "moi-truong", "NoiXayRa": "Ngã ba chợ",
        "NoiDung": "Rác tràn ra đường", "NgayTiepNhan": "20261116090000", "DonViTiepNhan": "H50.19000",
    } | fields  # fmt: skip
