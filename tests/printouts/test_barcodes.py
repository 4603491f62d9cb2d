"""Code 128: signs, pairs of digits, check."""

import pytest

from tthc_tracker.printouts.barcodes import code128_svg, code128_values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        pytest.param("A", [104, 33], id="one sign"),
        pytest.param("1234", [105, 12, 34], id="digits alone go as pairs"),
        pytest.param("123", [104, 17, 18, 19], id="three digits do not"),
        pytest.param("A12345", [104, 33, 17, 99, 23, 45], id="an odd run begins with one sign"),
        pytest.param("12-", [104, 17, 18, 13], id="two digits stay signs"),
        pytest.param("1234A", [105, 12, 34, 100, 33], id="back from pairs to signs"),
    ],
)
def test_a_text_becomes_these_signs(text: str, values: list[int]) -> None:
    check = (values[0] + sum(place * value for place, value in enumerate(values[1:], 1))) % 103
    assert code128_values(text) == [*values, check, 106]


@pytest.mark.parametrize("text", ["", "Đ", "a\n", "\x7f"])
def test_what_the_code_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Code 128"):
        code128_values(text)


def test_the_width_counts_every_module() -> None:
    svg, modules = code128_svg("A")
    assert modules == 11 * 3 + 13 + 10
    assert f'width="{modules}"' in svg
