"""Files sent by screen in tests: uploads, and the timed work that takes them up."""

import io
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from tests.support.desk import SAMPLES, Worker
from tests.support.moments import at
from tests.support.screens import HOST, Page, Screen
from tthc_tracker.domain.permissions import Membership, Role
from tthc_tracker.extensions import database
from tthc_tracker.jobs.importing import import_files
from tthc_tracker.jobs.work import Work
from tthc_tracker.models.account import Membership as MembershipRow
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency
from tthc_tracker.queries.scoping import scope_of
from tthc_tracker.services import catalogue

SOURCE = "provincial-portal"
OPENED = at("Mon 2026-11-23 08:00")
HEAD = (
    "MaHoSo", "MaTTHC", "TenTTHC", "TenLinhVuc", "KenhThucHien", "ChuHoSo", "LoaiDoiTuong", "MaDoiTuong",
    "SoDienThoai", "NgayNopHoSo", "NgayTiepNhan", "NgayHenTra", "TrangThaiHoSo", "NgayKetThucXuLy",
    "NgayTra", "DonViXuLy", "NoiNopHoSo",
)  # fmt: skip


def dossier(number: int, **more: str) -> dict[str, str]:
    """A sound row of the sample's agencies: being worked on."""
    return {
        "MaHoSo": f"H62.02-210601-{number:04}", "MaTTHC": "1.012784.000.00.00.H62",
        "TenTTHC": "Tách thửa hoặc hợp thửa đất", "TenLinhVuc": "Đất đai", "KenhThucHien": "1",
        "ChuHoSo": "Trần Thị Ánh Nguyệt", "LoaiDoiTuong": "1", "MaDoiTuong": "026170274723",
        "SoDienThoai": "0954125042", "NgayNopHoSo": "20210601070800", "NgayTiepNhan": "20210601083700",
        "NgayHenTra": "20210621083700", "TrangThaiHoSo": "4", "NgayKetThucXuLy": "", "NgayTra": "",
        "DonViXuLy": "H62.02", "NoiNopHoSo": "H62",
    } | more  # fmt: skip


def csv_of(rows: list[dict[str, str]], head: tuple[str, ...] = HEAD) -> bytes:
    """Rows as a CSV with BOM."""
    lines = [",".join(head), *(",".join(row.get(name, "") for name in head) for row in rows)]
    return "\r\n".join(lines).encode("utf-8-sig")


def open_province() -> dict[str, Worker]:
    """The sample's agencies and procedures, and people of several of them who may import."""
    with database.transaction() as session:
        catalogue.seed_reference(session, OPENED)
        for kind, name in (("agencies", "agencies_vinhphuc.csv"), ("procedures", "procedures.csv")):
            text = (SAMPLES / name).read_text(encoding="utf-8-sig")
            catalogue.LOADERS[kind](session, text, actor_id=None, now=OPENED)
        ids = dict(session.execute(select(Agency.code, Agency.id)).all())
        return {
            name: _person(session, name, role, ids[code])
            for name, role, code in (
                ("controller", Role.CONTROLLER, "H62"),
                ("administrator", Role.ADMINISTRATOR, "H62"),
                ("land", Role.CONTROLLER, "H62.02"),
                ("justice", Role.CONTROLLER, "H62.01"),
                ("clerk", Role.CLERK, "H62"),
            )
        }


def _person(session: Any, name: str, role: Role, agency: int) -> Worker:
    user = User(
        username=name, email=f"{name}@example.invalid", full_name=f"Đỗ Thị {name.title()}",
        name_folded=name, created_at=OPENED,
    )  # fmt: skip
    session.add(user)
    session.flush()
    session.add(MembershipRow(user_id=user.id, role=role, agency_id=agency))
    session.flush()
    return Worker(user.id, user.full_name, (Membership(role, agency),), scope_of(session, [agency]))


def send(screen: Screen, content: bytes, name: str = "xuat.csv", **more: str) -> Any:
    """Send a file as the form does; the answer."""
    fields = {"source": SOURCE, "submission_key": more.pop("key", ""), "file": (io.BytesIO(content), name)}
    return screen.client.post(
        "/nhap-du-lieu", data=fields | more, base_url=HOST, content_type="multipart/form-data"
    )


def agree(screen: Screen, place: str, **chosen: str) -> Any:
    """Keep the map of a file as the page proposes it, but for what is chosen otherwise; the answer."""
    address = f"{place}/ghep-cot"
    form = Page.of(screen.get(address)).forms[address]
    return screen.post(
        address, form | {"do": "save"} | {name.replace("__", "-"): value for name, value in chosen.items()}
    )


def work(app: Flask) -> dict[str, Any]:
    """What the scheduler does within five seconds."""
    return import_files(Work("https://localhost", "tthc@localhost", "", app.config["SETTINGS"].var))


def kept(app: Flask) -> list[Path]:
    """What lies on the shelf."""
    return sorted((app.config["SETTINGS"].var / "nhap-du-lieu").glob("*"))
