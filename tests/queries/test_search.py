"""One box finds a dossier by whatever people have in hand, and never somebody else's."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from tests.bench.floors import listening
from tests.support.databases import ENGINES
from tests.support.register import CANARY, NAMES, Register, stocked
from tthc_tracker.domain.people import mask_name
from tthc_tracker.domain.permissions import EVERYTHING, NOTHING
from tthc_tracker.queries import search, searchindex
from tthc_tracker.queries.listing import Filters
from tthc_tracker.queries.search import SearchKind


@pytest.fixture(scope="module", params=ENGINES)
def register(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    with stocked(request.param, tmp_path_factory.mktemp("register")) as laid:
        yield laid


@pytest.fixture
def session(register: Register) -> Iterator[Session]:
    with register.database.reading() as opened:
        yield opened


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("H50.19000-261101-0007", id="as it is printed"),
        pytest.param("  h50.19000-261101-0007 ", id="small letters and blanks"),
        pytest.param("000.00.19.H50.19000-261101-0014", id="an old code"),
        pytest.param(
            "https://tthc.example.vn/tra-cuu#t=abcdefghijklmnopqrstuvwx&c=H50.19000-261101-0007",
            id="the link of its receipt",
        ),
    ],
)
def test_a_code_leads_to_its_one_dossier(session: Session, register: Register, typed: str) -> None:
    known = register.rows[14 if "0014" in typed else 7]
    answer = search.find(session, typed, register.office.clerk.scope)
    assert (answer.kind, [row.code for row in answer.rows]) == (SearchKind.CODE, [known.code])


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("0014", id="its number"),
        pytest.param("-0014", id="its number with the dash"),
        pytest.param("261101-0014", id="its date and number"),
        pytest.param(" 261101–0014 ", id="another dash, and blanks"),
        pytest.param("01-0014", id="a part of its date"),
        pytest.param("19000-261101-0014", id="the end of its agency too"),
        pytest.param("H50.19000-261101-0014", id="the whole"),
    ],
)
def test_the_end_of_a_code_finds_its_dossier(session: Session, register: Register, typed: str) -> None:
    found = search.find(session, typed, register.office.clerk.scope)
    assert [row.code for row in found.rows] == [register.rows[14].code]
    straight = None if typed == "0014" else register.rows[14].code  # digits alone may be a person's
    assert search.dossier_of(session, typed, register.office.clerk.scope) == straight


def test_the_end_of_a_code_finds_nobody_elses_dossier(session: Session, register: Register) -> None:
    canary = next(row.code for row in register.rows if row.agency == "H50.19001")
    for typed in (canary[-4:], canary[-11:], canary[4:]):
        assert [row.code for row in search.find(session, typed, EVERYTHING).rows] == [canary]
        assert search.find(session, typed, register.office.clerk.scope).rows == ()
        assert search.find(session, typed, NOTHING).rows == ()


def test_the_end_of_a_code_is_narrowed_like_everything_else(session: Session, register: Register) -> None:
    mine, known = register.office.clerk.scope, register.rows[14]
    for source in ("desk", "provincial-portal"):
        found = search.find(session, "261101-0014", mine, Filters(source=source)).rows
        assert [row.code for row in found] == [known.code] * (source == known.source)


def test_digits_that_end_an_id_and_a_code_find_both(session: Session, register: Register) -> None:
    theirs = {row.code for row in register.rows if row.owner == CANARY}  # whose id ends in 1208
    found = {row.code for row in search.find(session, "1208", EVERYTHING).rows}
    assert found == theirs | {"H50.19000-261101-1208"}


def test_digits_ask_for_dossiers_by_lists_alone(session: Session, register: Register) -> None:
    """A statement beside them in an OR is looked up for every dossier, on PostgreSQL: 4 s of ten million."""
    with listening(register.database.engine) as asked:
        search.find(session, "1208", EVERYTHING)
    [chosen] = [statement for statement, _ in asked if "applicant_id IN" in statement]
    assert chosen.count("SELECT") == 1


@pytest.mark.parametrize("register", ["postgresql"], indirect=True)
def test_what_is_common_and_what_is_rare_is_found_alike(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {}
    for window in (1, 40, 100_000):
        monkeypatch.setattr(searchindex, "WINDOW", window)
        for typed in ("Trần", "Trần Thị Đ", "Nguyễn", "zyx", "0014", "1208"):
            codes = [row.code for row in search.find(session, typed, EVERYTHING).rows]
            assert found.setdefault(typed, codes) == codes, (window, typed)
    assert {typed for typed, codes in found.items() if not codes} == {"zyx"}


@pytest.mark.parametrize("register", ["postgresql"], indirect=True)
def test_an_unfinished_word_is_asked_for_by_the_words_it_could_become(
    session: Session, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By all of them, whatever wrote them; where they cannot be named, by the beginning as before."""
    monkeypatch.setattr(searchindex, "WINDOW", 1)
    wanted = {}
    for typed in ("Trần Thị Đà", "Hồ Thị An", "Lê Hoàng A", "zyx"):
        with listening(register.database.engine) as asked:
            found = search.find(session, typed, EVERYTHING)
        last = [values for statement, values in asked if "dossier_id + 0" in statement]
        wanted[typed] = [values["wanted"] for values in last]
        monkeypatch.setattr(searchindex, "MOST_ENDINGS", 0)
        assert search.find(session, typed, EVERYTHING) == found
        monkeypatch.undo()
        monkeypatch.setattr(searchindex, "WINDOW", 1)
    assert wanted == {
        "Trần Thị Đà": ["tran & thi & (dao)"], "Hồ Thị An": ["ho & thi & (an | anh)"],
        "Lê Hoàng A": ["le & hoang & a:*"], "zyx": ["zyx:*"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "owner"),
    [
        pytest.param("Trần Thị Đào", NAMES[1], id="with its marks"),
        pytest.param("tran thi dao", NAMES[1], id="without marks, đ as d"),
        pytest.param("ĐÀO TRẦN", NAMES[1], id="in another order and in capitals"),
        pytest.param("tran da", NAMES[1], id="the last word unfinished"),
        pytest.param("thanh vien cong tnhh duon", NAMES[6], id="a long word unfinished"),
        pytest.param("le hoang an", NAMES[2], id="two people share a word"),
        pytest.param("ho thi ngoc anh", NAMES[4], id="five words"),
        pytest.param("cong ty duong bo", NAMES[6], id="an organisation"),
        pytest.param("ngo y", NAMES[7], id="a name of one letter"),
    ],
)
def test_a_name_is_found_without_marks(session: Session, register: Register, typed: str, owner: str) -> None:
    answer = search.find(session, typed, register.office.clerk.scope, personal=lambda _places: True)
    assert answer.kind is SearchKind.NAME
    assert {row.owner for row in answer.rows} == {mask_name(owner)}
    assert (len(answer.rows), answer.more) == (search.MOST, True)
    codes = [row.code for row in answer.rows]
    assert codes == sorted(codes, key=lambda code: code[-4:], reverse=True), "the newest first"


@pytest.mark.parametrize(
    ("typed", "owner"),
    [
        pytest.param("001201", NAMES[1], id="the last six digits of an id"),
        pytest.param("044093001204", NAMES[4], id="the whole id"),
        pytest.param("044 0930 01204", NAMES[4], id="an id with blanks"),
        pytest.param("044093001204|||01011993|Nữ|Đông Hà|", NAMES[4], id="the card of the person, scanned"),
        pytest.param("0912345603", NAMES[3], id="a phone number"),
        pytest.param("+84 912.345.603", NAMES[3], id="a phone number from abroad"),
        pytest.param("5603", NAMES[3], id="its last four digits"),
    ],
)
def test_digits_are_the_end_of_an_id_or_a_phone(
    session: Session, register: Register, typed: str, owner: str
) -> None:
    answer = search.find(session, typed, register.office.clerk.scope, personal=lambda _places: True)
    assert (answer.kind, {row.owner for row in answer.rows}) == (SearchKind.DIGITS, {mask_name(owner)})


def test_digits_that_end_in_nines_have_an_end_too(session: Session, register: Register) -> None:
    assert search.find(session, "9999", register.office.clerk.scope).rows == ()
    assert search.find(session, "3999", register.office.clerk.scope).rows == ()


def test_among_too_many_people_more_digits_are_asked_for(
    session: Session, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not search.find(session, "9876", register.office.clerk.scope).more
    monkeypatch.setattr(search, "MOST_PEOPLE", 0)
    assert search.find(session, "001201", register.office.clerk.scope).more


@pytest.mark.parametrize(
    "typed", ["Canary", CANARY, "kim tu", "001208", "0912345608", "H50.19001-261101-1183"]
)
def test_another_agencys_dossier_is_never_found(session: Session, register: Register, typed: str) -> None:
    office = register.office
    for person in (office.clerk, office.officer, office.head):
        assert search.find(session, typed, person.scope).rows == ()
    assert search.find(session, typed, NOTHING).rows == ()
    for scope in (office.stranger.scope, office.controller.scope, EVERYTHING):
        assert "H50.19001-261101-1183" in [row.code for row in search.find(session, typed, scope).rows]


def test_names_are_masked_and_the_ends_of_numbers_are_for_those_who_work_there(
    session: Session, register: Register
) -> None:
    masked = search.find(session, "tran thi dao", register.office.clerk.scope).rows[0]
    assert (masked.owner, masked.id_number, masked.phone) == ("Trần T. Đ.", "", "")
    known = search.find(
        session, "tran thi dao", register.office.clerk.scope, personal=lambda _places: True
    ).rows[0]
    assert (known.owner, known.id_number, known.applicant) == ("Trần T. Đ.", "044…1201", "")


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("", id="nothing"),
        pytest.param("   ", id="blanks"),
        pytest.param("'; DROP TABLE dossier; --", id="a statement"),
        pytest.param('"', id="a quote"),
        pytest.param('an" OR names:*', id="operators of the index"),
        pytest.param("NEAR(a b) AND NOT x", id="words of the index"),
        pytest.param("a & b | !c <-> d:*", id="operators of the other index"),
        pytest.param("%%%%____", id="signs of LIKE"),
        pytest.param("a" * 400, id="400 letters"),
        pytest.param("1" * 400, id="400 digits"),
        pytest.param("a b " * 100, id="a hundred words"),
        pytest.param("An\x00Binh", id="NUL"),
        pytest.param("H50-\x00-1", id="NUL in a code"),
        pytest.param("12\x0034567", id="NUL among digits"),
        pytest.param("\udcff\ufeff\u202e", id="letters that are none"),
        pytest.param("漢字 тест", id="other scripts"),
        pytest.param("🙂" * 50, id="pictures"),
        pytest.param("١٢٣٤٥٦", id="digits of another script"),
    ],
)  # fmt: skip
def test_hostile_words_find_nothing_and_break_nothing(
    session: Session, register: Register, typed: str
) -> None:
    for scope in (register.office.clerk.scope, EVERYTHING, NOTHING):
        answer = search.find(session, typed, scope)
        assert all("19001" not in row.code or scope.all for row in answer.rows)
        assert len(answer.rows) <= search.MOST
