"""What a file has said of each code stays known, however many there are."""

from hypothesis import given
from hypothesis import strategies as st

from tthc_tracker.services.importseen import Said, SeenRows

CODES = st.lists(st.sampled_from([f"H50.{number}" for number in range(30)]), max_size=8)


@given(batches=st.lists(CODES, max_size=12), most=st.integers(0, 40))
def test_codes_beyond_memory_are_known_as_those_in_it(batches: list[list[str]], most: int) -> None:
    seen, plain, number = SeenRows(most), dict[str, Said](), 0
    for codes in batches:
        seen.expect(codes)
        for code in codes:
            number += 1
            assert seen.of(code) == plain.get(code)
            if code not in plain:
                seen.note(code, (number, f"{number:064}"))
                plain[code] = (number, f"{number:064}")


def test_what_was_undone_is_forgotten_and_what_was_said_before_is_not() -> None:
    seen = SeenRows(0)
    seen.expect(["A", "B"])
    seen.note("A", (1, "x"))
    seen.expect(["A", "B"])  # the first has moved
    seen.note("B", (2, "y"))
    for code in "AB":
        seen.forget(code, (2, "y"))
    assert (seen.of("A"), seen.of("B")) == ((1, "x"), None)
