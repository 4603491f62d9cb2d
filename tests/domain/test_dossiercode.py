"""Dossier codes are printed by a pattern and read back as scanners and people give them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tthc_tracker.domain.dossiercode import (
    CURRENT_PATTERN,
    OLD_PATTERN,
    CodePattern,
    InvalidPattern,
    code_tail,
    is_procedure_code,
    parse_code,
    short_procedure_code,
    tail_words,
    tidy_code,
)
from tthc_tracker.domain.errors import CodeSeriesExhausted

DAY = dt.date(2025, 2, 25)


def test_the_first_dossier_of_the_day() -> None:
    assert CURRENT_PATTERN.format("H56.14", DAY, 1) == "H56.14-250225-0001"


def test_the_old_form_is_printed_by_its_pattern() -> None:
    assert OLD_PATTERN.format("000.00.14.H56", dt.date(2021, 2, 25), 1) == "000.00.14.H56-210225-0001"


@pytest.mark.parametrize("number", [0, 10_000], ids=["there is no number 0", "a code is never made longer"])
def test_a_series_has_an_end(number: int) -> None:
    with pytest.raises(CodeSeriesExhausted):
        CURRENT_PATTERN.format("H50", DAY, number)


def test_a_wider_pattern_gives_more_numbers() -> None:
    pattern = CodePattern("{agency}-{yymmdd}-{seq:05}")
    assert (CURRENT_PATTERN.last, pattern.last) == (9_999, 99_999)
    assert pattern.format("H50", DAY, 10_000) == "H50-250225-10000"


def test_a_pattern_may_order_its_fields_and_add_signs() -> None:
    pattern = CodePattern("HS.{yymmdd}/{agency}+{seq:03}")
    code = pattern.parse(pattern.format("H50.01", DAY, 7))
    assert code is not None
    assert (code.text, code.agency, code.day, code.number) == ("HS.250225/H50.01+007", "H50.01", DAY, 7)


BAD_PATTERNS = {
    "without a number": "{agency}-{yymmdd}",
    "with two days": "{agency}-{yymmdd}-{yymmdd}-{seq:04}",
    "with an unknown field": "{agency}-{yymmdd}-{seq:04}-{unit}",
    "with a number without width": "{agency}-{yymmdd}-{seq}",
}


@pytest.mark.parametrize("template", BAD_PATTERNS.values(), ids=BAD_PATTERNS)
def test_a_pattern_that_names_no_series_is_refused(template: str) -> None:
    with pytest.raises(InvalidPattern):
        CodePattern(template)


READ = {
    "as printed": ("H56.14-250225-0001", "H56.14", DAY, 1),
    "the old form": ("000.00.14.H56-210225-0001", "000.00.14.H56", dt.date(2021, 2, 25), 1),
    "with the blanks of a scanner": (" H56.14 - 250225 - 0001 \r\n", "H56.14", DAY, 1),
    "in lower case": ("h56.14-250225-0001", "H56.14", DAY, 1),
    "with full-width digits": ("Ｈ56.14-２50225-0001", "H56.14", DAY, 1),
    "with a long dash": ("H56.14–250225—0001", "H56.14", DAY, 1),
    "with a ward's code": ("H50.19093-261123-0420", "H50.19093", dt.date(2026, 11, 23), 420),
    "with control characters": ("\x02H56.14-250225-0001\x03", "H56.14", DAY, 1),
    "of a province itself": ("H62-250225-9999", "H62", DAY, 9999),
}


@pytest.mark.parametrize(("text", "agency", "day", "number"), READ.values(), ids=READ)
def test_a_code_is_read(text: str, agency: str, day: dt.date, number: int) -> None:
    code = parse_code(text)
    assert code is not None
    assert (code.agency, code.day, code.number) == (agency, day, number)
    assert code.text == tidy_code(text)


NOT_READ = {
    "no code": "Nguyễn Văn An",
    "nothing": "",
    "a day that does not exist": "H56.14-250231-0001",
    "number 0": "H56.14-250225-0000",
    "three digits": "H56.14-250225-001",
    "something behind it": "H56.14-250225-0001x",
    "an address that holds a code": "https://x/H56.14-250225-0001",
}


@pytest.mark.parametrize("text", NOT_READ.values(), ids=NOT_READ)
def test_other_text_is_no_code(text: str) -> None:
    assert parse_code(text) is None


_AGENCIES = st.from_regex(r"\A(?:[HG][0-9]{2}(?:\.[0-9]{2,5}){0,2})\Z")
_DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31))


@given(_AGENCIES, _DAYS, st.integers(1, 9_999))
def test_what_is_printed_is_read_back(agency: str, day: dt.date, number: int) -> None:
    text = CURRENT_PATTERN.format(agency, day, number)
    code = parse_code(f" {text.lower()}\n")
    assert code is not None
    assert (code.text, code.agency, code.day, code.number) == (text, agency, day, number)


@given(st.text())
def test_a_tidied_code_stays_as_it_is(text: str) -> None:
    assert tidy_code(tidy_code(text)) == tidy_code(text)


PROCEDURES = {
    "short": ("1.001193", "1.001193"),
    "full": ("1.001193.000.00.00.H50", "1.001193"),
    "of a ministry": ("2.000635.000.00.00.G15", "2.000635"),
    "without the agency": ("2.000635.000.00.00", "2.000635"),
    "with the agency alone": ("2.000635.H50", "2.000635"),
    "a name": ("khai sinh", None),
    "five digits": ("1.00119", None),
    "a line end behind it": ("1.001193\n", None),
    "full-width digits": ("１.001193", None),
    "another letter": ("1.001193.000.00.00.K50", None),
}


@pytest.mark.parametrize(
    ("typed", "words", "told"),
    [
        pytest.param("0001", ("n0001",), True, id="its number"),
        pytest.param("-17", ("n17",), True, id="a short number after its dash"),
        pytest.param("250225-0001", ("n0001", "d250225"), True, id="date and number"),
        pytest.param("25-0001", ("n0001",), False, id="a part of the date, which the index does not tell"),
        pytest.param("h50.19000-250225-0001", ("n0001", "d250225"), False, id="the whole, in small letters"),
        pytest.param("12345", ("n2345",), False, id="a longer number, of which it tells the last four"),
        pytest.param("a.b-1-0001", ("n0001", "d1"), False, id="a group of one digit between dashes"),
        pytest.param("25.225-0001", ("n0001",), False, id="a group that is no word"),
    ],
)
def test_the_end_of_a_code_is_read(typed: str, words: tuple[str, ...], told: bool) -> None:
    tail = code_tail(typed)
    assert tail is not None
    assert (tail.words, tail.told) == (words, told)
    assert tail.text == tidy_code(typed).removeprefix("-")


@pytest.mark.parametrize("typed", ["", "17", "1234567", "Đào", "0001a", "250225-", "٠٠٠١"])
def test_other_text_ends_no_code(typed: str) -> None:
    assert code_tail(typed) is None


@pytest.mark.parametrize(
    ("code", "words"),
    [
        pytest.param("H56.14-250225-0001", ("n0001", "d250225"), id="ours"),
        pytest.param("000.00.14.H56-210225-0001", ("n0001", "d210225"), id="an old one"),
        pytest.param("BTP-20250225-000123", ("n0123", "d250225"), id="a longer date and number"),
        pytest.param("abc-17", ("n17", "dabc"), id="two groups"),
        pytest.param("H56.1-17", ("n17",), id="a group that is no word"),
        pytest.param("1234567", (), id="one group"),
    ],
)
def test_a_code_is_found_by_the_words_of_its_end(code: str, words: tuple[str, ...]) -> None:
    assert tail_words(code) == words


@given(st.from_regex(r"[A-Z][0-9]{2}([.][0-9]{1,5}){0,2}-[0-9]{6}-[0-9]{4,6}", fullmatch=True), st.data())
def test_every_end_that_holds_the_number_has_only_words_of_its_code(code: str, data: st.DataObject) -> None:
    number = code.rindex("-") + 1
    start = data.draw(st.sampled_from([*range(number), number]))
    tail = code_tail(code[start:])
    assert tail is not None
    assert code.endswith(tail.text)
    assert set(tail.words) <= set(tail_words(code))


@pytest.mark.parametrize(("text", "short"), PROCEDURES.values(), ids=PROCEDURES)
def test_procedure_codes(text: str, short: str | None) -> None:
    assert short_procedure_code(text) == short
    assert is_procedure_code(text) is (short is not None)
