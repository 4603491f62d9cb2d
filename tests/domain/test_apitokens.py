"""Keys of other systems: their form and their scopes."""

import pytest

from tthc_tracker.domain.apitokens import ApiScope, is_token, scopes_as_text, scopes_of


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        pytest.param("tthc_" + "a" * 43, True, id="a key"),
        pytest.param("a" * 43, False, id="without its beginning"),
        pytest.param("tthc_" + "a" * 96, False, id="far too long"),
        pytest.param("tthc_é", False, id="letters no key has"),
        pytest.param("tthc_\0", False, id="signs no key has"),
    ],
)
def test_what_could_be_a_key(text: str, is_one: bool) -> None:
    assert is_token(text) is is_one


def test_scopes_are_kept_in_one_order_each_once() -> None:
    text = scopes_as_text([ApiScope.READ, ApiScope.SUBMIT, ApiScope.READ])
    assert (text, scopes_of(text)) == ("submit;read", {ApiScope.READ, ApiScope.SUBMIT})
    assert scopes_of("") == set()
