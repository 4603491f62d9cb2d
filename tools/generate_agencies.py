"""Write the files of tthc_tracker/data/agencies from the data of vietnamadminunits 1.0.4 (MIT).

Once, in a throw-away environment:
    pip download --no-deps vietnamadminunits==1.0.4 && unzip vietnamadminunits-*.whl -d unpacked
    python tools/generate_agencies.py unpacked/vietnamadminunits/data tthc_tracker/data/agencies

Identifiers below the province are ours (tthc_tracker/data/README.md): `H50.<ward>` for a commune of today,
`H46.<district>` and `H46.<district>.<ward>` for what was closed on 30/6/2025, two digits for a department.
"""

import csv
import json
import sqlite3
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

CLOSED, OPENED = "2025-06-30", "2025-07-01"
QUANG_BINH, QUANG_TRI = "H46", "H50"
PROVINCES = {"tinhquangbinh": QUANG_BINH, "tinhquangtri": QUANG_TRI}
PROVINCE_NAMES = {QUANG_BINH: "tỉnh Quảng Bình", QUANG_TRI: "tỉnh Quảng Trị"}
CENTRE, LAND_OFFICE = "90", "16"

# Demo numbers. `{}` takes the province's name.
KEPT = {
    "01": "Văn phòng Ủy ban nhân dân {}",
    "02": "Sở Nội vụ {}",
    "03": "Sở Tư pháp {}",
    "04": "Sở Tài chính {}",
    "05": "Sở Công Thương {}",
    "07": "Sở Xây dựng {}",
    "08": "Sở Khoa học và Công nghệ {}",
    "09": "Sở Văn hóa, Thể thao và Du lịch {}",
    "10": "Sở Giáo dục và Đào tạo {}",
    "11": "Sở Y tế {}",
    "14": "Ban Quản lý Khu kinh tế {}",
    "15": "Công an {}",
    LAND_OFFICE: "Văn phòng Đăng ký đất đai {}",
    CENTRE: "Trung tâm Phục vụ hành chính công {}",
}
NEW = {"06": "Sở Nông nghiệp và Môi trường {}", "12": "Sở Dân tộc và Tôn giáo {}"}
GONE = {  # name, and who went on with its work
    "21": ("Sở Tài nguyên và Môi trường {}", ("06",)),
    "22": ("Sở Nông nghiệp và Phát triển nông thôn {}", ("06",)),
    "23": ("Sở Kế hoạch và Đầu tư {}", ("04",)),
    "24": ("Sở Giao thông vận tải {}", ("07",)),
    "25": ("Sở Lao động, Thương binh và Xã hội {}", ("02", "10", "11")),
    "26": ("Sở Thông tin và Truyền thông {}", ("08", "09")),
    "27": ("Ban Dân tộc {}", ("12",)),
}

OF_A_DEPARTMENT = {"MC": "Bộ phận Tiếp nhận và Trả kết quả", "CM": "Phòng Chuyên môn", "VP": "Văn phòng"}
OF_THE_LAND_OFFICE = {
    "MC": "Bộ phận Tiếp nhận và Trả kết quả",
    "DK": "Phòng Đăng ký và Cấp giấy chứng nhận",
    "KT": "Phòng Kỹ thuật địa chính",
    "LT": "Phòng Thông tin, Lưu trữ",
}
OF_A_DISTRICT = {
    "MC": "Bộ phận Tiếp nhận và Trả kết quả",
    "TNMT": "Phòng Tài nguyên và Môi trường",
    "TCKH": "Phòng Tài chính - Kế hoạch",
    "KTHT": "Phòng Kinh tế và Hạ tầng",
    "TP": "Phòng Tư pháp",
    "LDTBXH": "Phòng Lao động - Thương binh và Xã hội",
}
OF_A_COMMUNE = {
    "TTHCC": "Trung tâm Phục vụ hành chính công",
    "VP": "Văn phòng Hội đồng nhân dân và Ủy ban nhân dân",
    "KT": "Phòng Kinh tế",
    "VHXH": "Phòng Văn hóa - Xã hội",
    "CA": "Công an cấp xã",
}
IN_TOWN = {"KT": "Phòng Kinh tế, Hạ tầng và Đô thị"}

# The package writes these otherwise than the rest of its own data does.
SPELLING = {"Thành Phố ": "Thành phố ", "Thị Trấn ": "Thị trấn ", "Đa Krông": "Đakrông"}


@dataclass(frozen=True, order=True)
class Agency:
    """A row of quang_tri.csv (there today) or history.csv (closed)."""

    code: str
    name: str
    level: str
    parent: str
    active_from: str = ""
    active_to: str = ""


@dataclass(frozen=True)
class Legacy:
    """A commune of before 1/7/2025, or a district island without one."""

    province: str
    district: str
    district_name: str
    ward: str
    ward_name: str
    key: str

    @property
    def district_code(self) -> str:
        """Our identifier of its district."""
        return f"{self.province}.{self.district}"

    @property
    def code(self) -> str:
        """Our identifier; an island is its district."""
        return f"{self.district_code}.{self.ward}" if self.ward else self.district_code


def main(source: Path, target: Path) -> None:
    """Write the four files."""
    database = sqlite3.connect(source / "dataset.db")
    legacy = [
        Legacy(PROVINCES[province], district, spelled(district_name), ward, spelled(ward_name), key)
        for province, district, district_name, ward, ward_name, key in database.execute(LEGACY)
    ]
    communes = {key: (f"{QUANG_TRI}.{ward}", name) for key, ward, name in database.execute(COMMUNES)}
    of_2025 = json.loads((source / "converter_2025.json").read_text(encoding="utf-8"))
    mapping = of_2025["DICT_PROVINCE_WARD_NO_DIVIDED"]["tinhquangtri"]
    assert "tinhquangtri" not in of_2025["DICT_PROVINCE_WARD_DIVIDED"]
    agencies = [*provinces(), *history(legacy), *todays(communes)]
    head = "code,name,level,parent,active_from,active_to"
    write(target / "quang_tri.csv", head, rows_of(one for one in agencies if not one.active_to))
    write(target / "history.csv", head, rows_of(one for one in agencies if one.active_to))
    pairs = [(QUANG_BINH, QUANG_TRI), *department_heirs(), *commune_heirs(legacy, communes, mapping)]
    write(
        target / "successions.csv",
        "predecessor,successor,on,decision",
        [(*pair, OPENED, "") for pair in sorted(set(pairs))],
    )
    write(target / "units.csv", "agency,code,name", units(agencies))


LEGACY = """
    SELECT provinceKey, districtCode, district, coalesce(wardCode, ''), coalesce(ward, ''),
           provinceKey || '_' || districtKey || '_' || coalesce(wardKey, '')
    FROM admin_units_legacy WHERE provinceKey IN ('tinhquangbinh', 'tinhquangtri')
    ORDER BY districtCode, wardCode
"""
COMMUNES = (
    "SELECT wardKey, wardCode, ward FROM admin_units WHERE provinceKey = 'tinhquangtri' ORDER BY wardCode"
)


def spelled(name: str) -> str:
    """A name as the rest of the data spells it."""
    for wrong, right in SPELLING.items():
        name = name.replace(wrong, right)
    return name


def committee(name: str) -> str:
    """The people's committee of `Xã Lệ Thủy`."""
    return f"Ủy ban nhân dân {name[0].lower()}{name[1:]}"


def provinces() -> list[Agency]:
    """The two provinces and their departments, before and after."""
    rows = []
    for code, name in PROVINCE_NAMES.items():
        until = CLOSED if code == QUANG_BINH else ""
        rows.append(Agency(code, committee(name), "tinh", "", "", until))
        kept = {**KEPT} if until else {**KEPT, **NEW}
        for number, title in kept.items():
            land = "21" if until else "06"
            parent = f"{code}.{land}" if number == LAND_OFFICE else code
            since = OPENED if number in NEW else ""
            rows.append(Agency(f"{code}.{number}", title.format(name), "tinh", parent, since, until))
        for number, (title, _) in GONE.items():
            rows.append(Agency(f"{code}.{number}", title.format(name), "tinh", code, "", CLOSED))
    return rows


def history(legacy: Iterable[Legacy]) -> list[Agency]:
    """The districts and communes that were closed."""
    rows = set()
    for one in legacy:
        name = committee(one.district_name)
        rows.add(Agency(one.district_code, name, "huyen", one.province, "", CLOSED))
        if one.ward:
            rows.add(Agency(one.code, committee(one.ward_name), "xa", one.district_code, "", CLOSED))
    return list(rows)


def todays(communes: dict[str, tuple[str, str]]) -> list[Agency]:
    """The communes of today."""
    return [Agency(code, committee(name), "xa", QUANG_TRI, OPENED) for code, name in communes.values()]


def department_heirs() -> list[tuple[str, str]]:
    """Who went on with the work of each department."""
    same = [(f"{QUANG_BINH}.{number}", f"{QUANG_TRI}.{number}") for number in KEPT]
    return same + [
        (f"{code}.{number}", f"{QUANG_TRI}.{heir}")
        for code in PROVINCE_NAMES
        for number, (_, heirs) in GONE.items()
        for heir in heirs
    ]


def commune_heirs(
    legacy: Iterable[Legacy], communes: dict[str, tuple[str, str]], mapping: dict[str, list[str]]
) -> list[tuple[str, str]]:
    """A commune's heir by the package's table; a district's are the communes that lie where it lay."""
    heir_of = {old: communes[new][0] for new, olds in mapping.items() for old in olds}
    return [
        pair
        for one in legacy
        for pair in ((one.code, heir_of[one.key]), (one.district_code, heir_of[one.key]))
    ]


def units(agencies: Iterable[Agency]) -> list[tuple[str, str, str]]:
    """What lies inside the agencies; a closed commune is its own unit."""
    return [
        (agency.code, code, name) for agency in sorted(agencies) for code, name in units_of(agency).items()
    ]


def units_of(agency: Agency) -> dict[str, str]:
    """Code and name of the units of one agency."""
    number = agency.code.partition(".")[2]
    if agency.level == "huyen":
        return OF_A_DISTRICT
    if agency.level == "xa":
        if agency.active_to:
            return {}
        return OF_A_COMMUNE if " xã " in agency.name else OF_A_COMMUNE | IN_TOWN
    if number == LAND_OFFICE:
        return OF_THE_LAND_OFFICE
    return OF_A_DEPARTMENT if number not in {"", CENTRE} else {}


def rows_of(agencies: Iterable[Agency]) -> list[tuple[str, ...]]:
    """Provinces first, then by code: a parent stands before what lies below it."""
    ordered = sorted(agencies, key=lambda one: (one.code not in PROVINCE_NAMES, one.code))
    return [(one.code, one.name, one.level, one.parent, one.active_from, one.active_to) for one in ordered]


def write(path: Path, head: str, rows: Iterable[Iterable[str]]) -> None:
    """One CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head.split(","))
        writer.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
