"""The token on a receipt: the same for the same code and secret, another for any other."""

import re

from tthc_tracker.domain.receipttoken import lookup_link, receipt_token, token_hash

SECRET, CODE = "s" * 32, "H50.19000-261123-0001"


def test_a_token_is_26_letters_and_digits_and_always_the_same() -> None:
    token = receipt_token(SECRET, CODE)
    assert re.fullmatch(r"[a-z2-7]{26}", token)
    assert token == receipt_token(SECRET, CODE)


def test_another_code_or_secret_gives_another_token() -> None:
    tokens = {receipt_token(SECRET, CODE), receipt_token(SECRET, CODE + "1"), receipt_token("t" * 32, CODE)}
    assert len(tokens) == 3


def test_what_is_kept_of_a_token_is_its_sha256() -> None:
    kept = token_hash("abc")
    assert kept == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_the_link_opens_the_look_up_with_the_token_behind_the_mark_that_no_server_sees() -> None:
    token = receipt_token(SECRET, CODE)
    assert lookup_link("https://tthc.example", SECRET, CODE, token_hash(token)) == (
        f"https://tthc.example/tra-cuu#t={token}&c={CODE}"
    )


def test_a_receipt_whose_token_is_another_has_no_link() -> None:
    assert lookup_link("https://tthc.example", SECRET, CODE, token_hash("another")) is None
    assert lookup_link("https://tthc.example", SECRET, CODE, None) is None
