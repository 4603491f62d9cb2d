"""Catalogue files: loaded whole or not at all, twice is once, what has changed makes a new version."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.support.moments import at, on
from tthc_tracker.domain.lifecycle import Channel
from tthc_tracker.models.agency import Agency, AgencySuccession, Unit
from tthc_tracker.models.procedure import Procedure, ProcedureComponent, ProcedureLimit, ProcedureVersion
from tthc_tracker.queries import agencies, catalogue, scoping
from tthc_tracker.queries.agencies import AgencySearch
from tthc_tracker.queries.catalogue import ProcedureSearch
from tthc_tracker.queries.revisions import revision
from tthc_tracker.services.agencies import load_agencies, load_successions, load_units
from tthc_tracker.services.catalogue import seed_reference
from tthc_tracker.services.components import load_components
from tthc_tracker.services.procedures import load_procedures
from tthc_tracker.services.sources import load_sources
from tthc_tracker.services.tablerows import BadRows, Outcome

pytestmark = pytest.mark.bare

NOW = at("Mon 2026-11-23 08:00")
TODAY = on("Mon 2026-11-23")
SAMPLES = Path(__file__).resolve().parents[1] / "samples"

HEAD = "code,name,level,parent\n"
TREE = HEAD + (
    "H50,Tỉnh Quảng Trị,tinh,\nH50.1,Xã Một,xa,H50\nH50.2,Xã Hai,xa,H50\n"
    "H46,Tỉnh Quảng Bình,tinh,\nH46.1,Huyện Cũ,huyen,H46\n"
    "H46.11,Xã Cũ Một,xa,H46.1\nH46.12,Xã Cũ Hai,xa,H46.1\n"
)
HEIRS = (
    "predecessor,successor,on\nH46,H50,2025-07-01\nH46.1,H50.1,2025-07-01\nH46.1,H50.2,2025-07-01\n"
    "H46.11,H50.1,2025-07-01\nH46.12,H50.2,2025-07-01\n"
)
PROCEDURES = "code,name,sector,levels,amount,unit\n1.001193,Đăng ký khai sinh,Hộ tịch,xa,0,working_day\n"


def load(session: Session, loader, text: str, now: dt.datetime = NOW) -> Outcome:
    return loader(session, text, actor_id=None, now=now)


def faults(session: Session, loader, text: str) -> list[tuple[int, str]]:
    """Row and column of everything that is wrong with a file."""
    with pytest.raises(BadRows) as refused:
        load(session, loader, text)
    assert all(fault.message.endswith((".", "…")) for fault in refused.value.faults)
    return [(fault.row, fault.column) for fault in refused.value.faults]


def test_agencies_load_once_whatever_the_order_of_rows_and_columns(write: Session) -> None:
    turned = "level,parent,name,code\nxa,H50,Xã Một,H50.1\ntinh,,Tỉnh Quảng Trị,H50\n"
    assert load(write, load_agencies, turned) == Outcome(2, 0, 0)
    assert load(write, load_agencies, turned) == Outcome(0, 0, 2)
    page = agencies.agency_page(write, "H50.1")
    assert page is not None
    assert page.path == (("H50", "Tỉnh Quảng Trị"),)


def test_what_a_file_says_otherwise_is_changed_and_what_it_leaves_out_stays(write: Session) -> None:
    load(write, load_agencies, TREE)
    before = revision(write, "agencies")
    text = "code,name,level,parent,active_to\nH50.1,Phường Một,xa,H50,2026-12-31\nH50.2,Xã Hai,xa,H50,\n"
    assert load(write, load_agencies, text) == Outcome(0, 1, 1)
    assert revision(write, "agencies") == before + 1
    assert write.execute(select(func.count()).select_from(Agency)).scalar_one() == 7
    load(write, load_agencies, HEAD + "H50.1,Phường Một,xa,H50\n")
    page = agencies.agency_page(write, "H50.1")
    assert page is not None
    assert page.active_to == on("Thu 2026-12-31")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        pytest.param("code,name,level\nH1,Một,xa\n", [(1, "parent")], id="a column that is missing"),
        pytest.param("code,code,name,level,parent\n", [(1, "code")], id="a column that is there twice"),
        pytest.param(HEAD + "H1,,tinh,\n", [(2, "name")], id="an agency without a name"),
        pytest.param(HEAD + "H1,Một,quan,\n", [(2, "level")], id="a level that there is not"),
        pytest.param(HEAD + "H1,Một,,\n", [(2, "level")], id="no level at all"),
        pytest.param(HEAD + "H1,Một,tinh,H9\n", [(2, "parent")], id="a superior that nobody knows"),
        pytest.param(HEAD + "H1,Một,tinh,H1\n", [(2, "parent")], id="an agency above itself"),
        pytest.param(
            HEAD + "H1,Một,tinh,H2\nH2,Hai,tinh,H1\n",
            [(2, "parent"), (3, "parent")],
            id="two, each above the other",
        ),
        pytest.param(HEAD + "H1,Một,tinh,\nH1,Hai,tinh,\n", [(3, "code")], id="a code that comes twice"),
        pytest.param(HEAD + "Mã số 1,Một,tinh,\n", [(2, "code")], id="a code with marks and blanks"),
        pytest.param(HEAD + "H1,Một\x07,tinh,\n", [(2, "name")], id="a sign that nobody types"),
        pytest.param(HEAD + "H1,Một,tinh,,thừa\n", [(2, "")], id="a row with a cell too many"),
        pytest.param(
            "code,name,level,parent,active_from,active_to\nH1,Một,tinh,,01/07/2025,\n",
            [(2, "active_from")],
            id="a date in another form",
        ),
        pytest.param(
            "code,name,level,parent,active_from,active_to\nH1,Một,tinh,,2025-07-01,2025-06-30\n",
            [(2, "active_to")],
            id="an end before the beginning",
        ),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_loaded(
    write: Session, text: str, wrong: list[tuple[int, str]]
) -> None:
    assert faults(write, load_agencies, text) == wrong
    assert write.execute(select(func.count()).select_from(Agency)).scalar_one() == 0


def test_a_file_as_excel_writes_it_loads(write: Session) -> None:
    text = "\ufeffcode;name;level;parent\r\nH1;Tỉnh Một;tinh;\r\n;;;\r\n"
    assert load(write, load_agencies, text) == Outcome(1, 0, 0)


def codes(session: Session, code: str) -> set[str]:
    """The codes of everything within an agency's scope."""
    found = agencies.agency_id(session, code)
    assert found is not None
    ids = scoping.subtree(session, found)
    return set(session.execute(select(Agency.code).where(Agency.id.in_(ids))).scalars())


def test_a_predecessor_counts_as_a_child_with_all_below_it(write: Session) -> None:
    load(write, load_agencies, TREE)
    assert codes(write, "H50") == {"H50", "H50.1", "H50.2"}
    load(write, load_successions, HEIRS)
    assert codes(write, "H50") == {"H50", "H50.1", "H50.2", "H46", "H46.1", "H46.11", "H46.12"}
    assert codes(write, "H46") == {"H46", "H46.1", "H46.11", "H46.12"}


def test_a_commune_follows_its_district_but_not_the_districts_other_communes(write: Session) -> None:
    load(write, load_agencies, TREE)
    load(write, load_successions, HEIRS)
    assert codes(write, "H50.1") == {"H50.1", "H46.1", "H46.11"}
    assert codes(write, "H50.2") == {"H50.2", "H46.1", "H46.12"}


def test_an_agency_moved_in_the_tree_leaves_the_old_scope(write: Session) -> None:
    load(write, load_agencies, TREE)
    load(write, load_agencies, HEAD + "H46.12,Xã Cũ Hai,xa,H50\n")
    assert "H46.12" in codes(write, "H50")
    assert "H46.12" not in codes(write, "H46")


def test_successions_load_once_and_name_what_they_do_not_know(write: Session) -> None:
    load(write, load_agencies, TREE)
    assert load(write, load_successions, HEIRS) == Outcome(5, 0, 0)
    assert load(write, load_successions, HEIRS) == Outcome(0, 0, 5)
    later = "predecessor,successor,on,decision\nH46,H50,2025-07-02,Nghị quyết\n"
    assert load(write, load_successions, later) == Outcome(0, 1, 0)
    bad = "predecessor,successor,on\nH99,H50,2025-07-01\nH50,H50,2025-07-01\nH46,H50,\n"
    assert faults(write, load_successions, bad) == [(2, "predecessor"), (3, "successor"), (4, "on")]
    assert write.execute(select(func.count()).select_from(AgencySuccession)).scalar_one() == 5


def test_units_load_once_and_may_be_put_out_of_use(write: Session) -> None:
    load(write, load_agencies, TREE)
    units = "agency,code,name\nH50.1,DC,Phòng Địa chính\nH50.2,DC,Phòng Địa chính\n"
    assert load(write, load_units, units) == Outcome(2, 0, 0)
    assert load(write, load_units, units) == Outcome(0, 0, 2)
    assert load(write, load_units, "agency,code,name,active\nH50.1,DC,Phòng Địa chính,0\n") == Outcome(
        0, 1, 0
    )
    assert write.execute(select(func.count()).where(Unit.active)).scalar_one() == 1
    bad = "agency,code,name\nH99,A,Một\nH50.1,B,\nH50.1,C,Hai\nH50.1,C,Ba\n"
    assert faults(write, load_units, bad) == [(2, "agency"), (3, "name"), (5, "code")]


def versions(session: Session, code: str = "1.001193") -> list[tuple[str, dt.date, dt.date | None]]:
    """Name and days of every version, the oldest first."""
    found = (
        select(ProcedureVersion.name, ProcedureVersion.valid_from, ProcedureVersion.valid_to)
        .join(Procedure)
        .where(Procedure.code == code)
        .order_by(ProcedureVersion.valid_from)
    )
    return [(row.name, row.valid_from, row.valid_to) for row in session.execute(found)]


BEGINNING = dt.date(2000, 1, 1)


def test_the_sample_of_procedures_loads_once(write: Session) -> None:
    text = (SAMPLES / "procedures.csv").read_text(encoding="utf-8")
    assert load(write, load_procedures, text) == Outcome(40, 0, 0)
    assert load(write, load_procedures, text) == Outcome(0, 0, 40)
    lines = catalogue.procedures(write, ProcedureSearch("khai sinh"), TODAY)
    assert [(line.code, line.sector, line.amount) for line in lines] == [("1.001193", "Hộ tịch", Decimal(0))]


def test_a_changed_row_makes_a_new_version_from_today(write: Session) -> None:
    load(write, load_procedures, PROCEDURES)
    assert versions(write) == [("Đăng ký khai sinh", BEGINNING, None)]
    renamed = PROCEDURES.replace("khai sinh", "khai sinh mới")
    assert load(write, load_procedures, renamed) == Outcome(0, 1, 0)
    assert versions(write) == [
        ("Đăng ký khai sinh", BEGINNING, on("Sun 2026-11-22")),
        ("Đăng ký khai sinh mới", TODAY, None),
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(",0,working_day", ",1,working_day", id="another amount"),
        pytest.param(",0,working_day", ",2,working_hour", id="another unit"),
        pytest.param(",xa,", ",tinh;xa,", id="another level"),
        pytest.param("Hộ tịch", "Chứng thực", id="another sector"),
    ],
)
def test_every_part_of_a_promise_makes_a_version(write: Session, old: str, new: str) -> None:
    load(write, load_procedures, PROCEDURES)
    assert load(write, load_procedures, PROCEDURES.replace(old, new)) == Outcome(0, 1, 0)
    assert len(versions(write)) == 2


def test_a_version_changed_again_on_its_first_day_is_corrected_in_place(write: Session) -> None:
    load(write, load_procedures, PROCEDURES)
    for name in ("khai sinh hai", "khai sinh ba"):
        load(write, load_procedures, PROCEDURES.replace("khai sinh", name))
    assert [name for name, _, _ in versions(write)] == ["Đăng ký khai sinh", "Đăng ký khai sinh ba"]


def test_versions_with_their_own_days_load_once(write: Session) -> None:
    text = (
        "code,name,sector,levels,amount,unit,valid_from\n"
        "1.001193,Một,Hộ tịch,xa,0,working_day,2020-01-01\n1.001193,Hai,Hộ tịch,xa,0,working_day,2025-07-01\n"
    )
    load(write, load_procedures, text)
    assert load(write, load_procedures, text) == Outcome(0, 0, 2)
    assert versions(write) == [
        ("Một", on("Wed 2020-01-01"), on("Mon 2025-06-30")),
        ("Hai", on("Tue 2025-07-01"), None),
    ]
    early = text.splitlines()[0] + "\n1.001193,Ba,Hộ tịch,xa,0,working_day,2022-01-01\n"
    assert faults(write, load_procedures, early) == [(2, "valid_from")]


def test_cases_and_channels_are_limits_of_one_version(write: Session) -> None:
    text = (
        "code,name,sector,levels,amount,unit,case,case_name,channels,legal_amount\n"
        "1.012784,Tách thửa,Đất đai,xa,12,working_day,,,counter;post,15\n"
        "1.012784,Tách thửa,Đất đai,xa,10,working_day,,,online,15\n"
        "1.012784,Tách thửa,Đất đai,xa,20,working_day,do-dac,Phải đo đạc,,\n"
    )
    assert load(write, load_procedures, text) == Outcome(1, 0, 0)
    assert load(write, load_procedures, text) == Outcome(0, 0, 1)
    page = catalogue.procedure_page(write, "1.012784")
    assert page is not None
    limits = [(limit.case_code, limit.channel, limit.promised_amount) for limit in page.versions[0].limits]
    assert sorted(limits, key=str) == sorted(
        [
            ("", Channel.COUNTER, Decimal(12)),
            ("", Channel.POST, Decimal(12)),
            ("", Channel.ONLINE, Decimal(10)),
            ("do-dac", None, Decimal(20)),
        ],
        key=str,
    )


@pytest.mark.parametrize(
    ("row", "column"),
    [
        pytest.param("1.1193,Tên,Hộ tịch,xa,0,working_day", "code", id="a code that is none"),
        pytest.param("1.001193\u0661,Tên,Hộ tịch,xa,0,working_day", "code", id="a digit of another script"),
        pytest.param("1.001193,,Hộ tịch,xa,0,working_day", "name", id="no name"),
        pytest.param("1.001193,Tên,,xa,0,working_day", "sector", id="no sector"),
        pytest.param("1.001193,Tên,Hộ tịch,quan,0,working_day", "levels", id="a level that there is not"),
        pytest.param("1.001193,Tên,Hộ tịch,xa,,working_day", "amount", id="no amount"),
        pytest.param("1.001193,Tên,Hộ tịch,xa,ba,working_day", "amount", id="an amount in words"),
        pytest.param("1.001193,Tên,Hộ tịch,xa,-1,working_day", "amount", id="less than nothing"),
        pytest.param("1.001193,Tên,Hộ tịch,xa,NaN,working_day", "amount", id="an amount that is no number"),
        pytest.param("1.001193,Tên,Hộ tịch,xa,0.5,month", "amount", id="half a month"),
        pytest.param("1.001193,Tên,Hộ tịch,xa,0.005,working_day", "amount", id="three decimals"),
        pytest.param("1.001193,Tên,Hộ tịch,xa,9999999,working_day", "amount", id="more than a column holds"),
        pytest.param("1.001193,Tên,Hộ tịch,xa,3,ngày", "unit", id="a unit that there is not"),
    ],
)
def test_a_bad_procedure_is_named_and_nothing_is_loaded(write: Session, row: str, column: str) -> None:
    good = "1.000656,Đăng ký khai tử,Hộ tịch,xa,0,working_day\n"
    assert faults(write, load_procedures, PROCEDURES.splitlines()[0] + "\n" + good + row + "\n") == [
        (3, column)
    ]
    assert write.execute(select(func.count()).select_from(Procedure)).scalar_one() == 0


def test_two_rows_that_say_the_same_case_twice_are_refused(write: Session) -> None:
    assert faults(write, load_procedures, PROCEDURES + PROCEDURES.splitlines()[1] + "\n") == [(3, "code")]


def test_a_sector_is_one_whatever_its_letters(write: Session) -> None:
    load(write, load_procedures, PROCEDURES)
    load(write, load_procedures, PROCEDURES.replace("1.001193", "1.000656").replace("Hộ tịch", "HỘ TỊCH"))
    assert catalogue.sectors(write) == [("ho-tich", "Hộ tịch")]


def test_what_a_file_has_no_column_for_stays_as_it_was(write: Session) -> None:
    full = "code,name,sector,levels,amount,unit,legal_amount,service_level,rounding\n"
    load(
        write,
        load_procedures,
        full + "1.001193,Đăng ký khai sinh,Hộ tịch,xa,0,working_day,1,toan_trinh,end_of_day\n",
    )
    assert load(write, load_procedures, PROCEDURES) == Outcome(0, 0, 1)
    load(write, load_procedures, PROCEDURES.replace(",0,", ",2,"))
    page = catalogue.procedure_page(write, "1.001193")
    assert page is not None
    newest = page.versions[0]
    assert (newest.service_level, newest.rounding) == ("toan_trinh", "end_of_day")
    assert [(limit.promised_amount, limit.legal_amount) for limit in newest.limits] == [
        (Decimal(2), Decimal(1))
    ]


def test_the_sample_changes_nothing_of_what_is_shipped(write: Session) -> None:
    from tthc_tracker.services.catalogue import seed_reference

    seed_reference(write, NOW)
    text = (SAMPLES / "procedures.csv").read_text(encoding="utf-8")
    assert not load(write, load_procedures, text).did_something


PAPERS = "procedure,name,originals,certified,copies\n1.001193,Tờ khai,1,0,0\n1.001193,Giấy chứng sinh,1,,2\n"


def test_papers_load_once_in_their_order_and_are_replaced_together(write: Session) -> None:
    load(write, load_procedures, PROCEDURES)
    assert load(write, load_components, PAPERS) == Outcome(1, 0, 0)
    assert load(write, load_components, PAPERS) == Outcome(0, 0, 1)
    assert load(write, load_components, "\n".join(PAPERS.splitlines()[:2])) == Outcome(0, 1, 0)
    papers = write.execute(select(ProcedureComponent.position, ProcedureComponent.name)).all()
    assert [tuple(paper) for paper in papers] == [(1, "Tờ khai")]


def test_a_new_version_asks_for_the_same_papers(write: Session) -> None:
    load(write, load_procedures, PROCEDURES)
    load(write, load_components, PAPERS)
    load(write, load_procedures, PROCEDURES.replace("khai sinh", "khai sinh mới"))
    page = catalogue.procedure_page(write, "1.001193")
    assert page is not None
    assert [len(version.components) for version in page.versions] == [2, 2]


def test_papers_of_an_unknown_procedure_are_named(write: Session) -> None:
    load(write, load_procedures, PROCEDURES)
    bad = PAPERS + "1.999999,Tờ khai,1,0,0\n1.001193,Tờ khai,100,0,0\n1.001193,,1,0,0\n"
    assert faults(write, load_components, bad) == [(4, "procedure"), (5, "originals"), (6, "name")]


def test_a_dossier_keeps_the_version_it_was_received_under(write: Session) -> None:
    from tests.support.desk import new_key, open_office
    from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
    from tthc_tracker.models.dossier import Dossier
    from tthc_tracker.services import reception
    from tthc_tracker.services.reception import ReceiveDossier

    office = open_office(write)
    head = PROCEDURES.splitlines()[0] + "\n"
    load(write, load_procedures, head + "1.999999,Một,Hộ tịch,xa,3,working_day\n")
    load(write, load_procedures, head + "1.999999,Hai,Hộ tịch,xa,3,working_day\n")
    facts = ReceptionFacts("1.999999", Party("Nguyễn Văn An", id_number="044093001234"))
    reception.receive(write, ReceiveDossier(new_key(), office.ward, facts, NOW), actor=office.clerk, now=NOW)
    kept = write.execute(select(Dossier.procedure_version_id)).scalar_one()
    assert write.get_one(ProcedureVersion, kept).name == "Hai"
    again = head + "1.999999,Ba,Hộ tịch,xa,3,working_day\n"
    assert faults(write, load_procedures, again) == [(2, "valid_from")]


def test_the_tree_is_walked_by_code_page_by_page(write: Session) -> None:
    load(write, load_agencies, TREE)
    first = agencies.agencies(write, AgencySearch("xã"), limit=2)
    assert [line.code for line in first] == ["H46.11", "H46.12", "H50.1"]
    rest = agencies.agencies(write, AgencySearch("xa"), after="H46.12", limit=2)
    assert [line.code for line in rest] == ["H50.1", "H50.2"]
    tops = agencies.agencies(write, AgencySearch())
    assert [(line.code, line.children) for line in tops] == [("H46", 1), ("H50", 2)]


@pytest.mark.parametrize("text", ["%", "_", "/", "100%"])
def test_a_sign_with_a_meaning_in_patterns_is_looked_for_as_it_is(write: Session, text: str) -> None:
    load(write, load_agencies, TREE)
    load(write, load_procedures, PROCEDURES)
    assert agencies.agencies(write, AgencySearch(text)) == []
    assert catalogue.procedures(write, ProcedureSearch(text), TODAY) == []


def test_limits_of_a_version_that_is_corrected_are_replaced(write: Session) -> None:
    load(write, load_procedures, PROCEDURES)
    for amount in ("1", "2"):
        load(write, load_procedures, PROCEDURES.replace(",0,", f",{amount},"))
    assert write.execute(select(func.count()).select_from(ProcedureLimit)).scalar_one() == 2


# --- sources


def test_a_source_gets_the_address_at_which_people_work_in_it(write: Session) -> None:
    seed_reference(write, NOW)
    before = {line.code: line.url for line in catalogue.sources(write)}
    assert before["national-portal"] == "https://dichvucong.gov.vn"  # shipped: one for the whole nation
    text = "code,url\nprovincial-portal,https://motcua.example.vn\n"
    assert [load(write, load_sources, text).changed for _ in range(2)] == [1, 0]
    after = {line.code: line.url for line in catalogue.sources(write)}
    assert after == before | {"provincial-portal": "https://motcua.example.vn"}


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "dichvucong.gov.vn", "https://", "http://[", "ftp://a.b"]
)
def test_what_is_no_web_address_is_refused(write: Session, url: str) -> None:
    seed_reference(write, NOW)
    assert faults(write, load_sources, f"code,url\nnational-portal,{url}\nnobody,https://a.vn\n") == [
        (2, "url"), (3, "code"),
    ]  # fmt: skip
