"""What opens a dossier for somebody without an account, and what does not."""

import hmac
from dataclasses import replace

import pytest

from tthc_tracker.domain import lookups
from tthc_tracker.domain.lookups import (
    ALTOGETHER,
    BY_ADDRESS,
    IN_RESERVE,
    NOTHING,
    UNTRIED,
    Asker,
    Keys,
    blinded,
    opens,
    read_token,
    read_typed,
    throttles,
)
from tthc_tracker.domain.receipttoken import receipt_token, token_hash

SECRET = "s" * 32
CODE = "H50.19000-261116-0001"
TOKEN = receipt_token(SECRET, CODE)
KEYS = Keys(token_hash(TOKEN), ("044090001234", "3200123456"), ("0912345678", "02333852111"))


def typed_opens(keys: Keys, text: str) -> bool:
    proof = read_typed(text)
    return proof is not None and opens(keys, proof, SECRET)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("001234", id="the applicant's last six digits"),
        pytest.param("123456", id="the owner's last six digits"),
        pytest.param("044 0900 01234", id="the whole number, with blanks"),
        pytest.param("0912.345.678", id="the whole phone, with dots"),
        pytest.param("+84 912 345 678", id="the phone as it is called from abroad"),
        pytest.param("0233 3852 111", id="the owner's fixed line"),
        pytest.param("\uff10\uff10\uff11\uff12\uff13\uff14", id="digits of another keyboard"),
    ],
)
def test_what_was_declared_opens(text: str) -> None:
    assert typed_opens(KEYS, text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("01234", id="five digits"),
        pytest.param("0001234", id="seven digits"),
        pytest.param("001235", id="one digit off"),
        pytest.param("345678", id="the end of a phone is not enough"),
        pytest.param("912345678", id="a phone without its zero"),
        pytest.param("", id="nothing"),
        pytest.param("......", id="no sign at all"),
    ],
)
def test_anything_less_does_not(text: str) -> None:
    assert not typed_opens(KEYS, text)


def test_a_passport_opens_by_its_last_six_signs_in_any_case() -> None:
    keys = replace(KEYS, id_numbers=("b1234567", None))
    assert typed_opens(keys, "234567")
    assert typed_opens(keys, "B 1234567")


@pytest.mark.parametrize("number", ["000000000", "0", "123456", "", None])
def test_a_number_that_says_nothing_opens_nothing(number: str | None) -> None:
    keys = Keys(None, (number, None), ("0000000000", None))
    assert not typed_opens(keys, (number or "000000")[-6:].rjust(6, "0"))
    assert not typed_opens(keys, "0000000000")
    assert not typed_opens(keys, "000000000")


def test_without_any_number_only_the_token_opens() -> None:
    keys = Keys(KEYS.token_hash, (None, None), (None, None))
    token = read_token(TOKEN)
    assert token is not None
    assert opens(keys, token, SECRET)
    assert not typed_opens(keys, "001234")


def test_another_dossiers_token_opens_nothing() -> None:
    other = read_token(receipt_token(SECRET, CODE[:-1] + "2"))
    assert other is not None
    assert not opens(KEYS, other, SECRET)
    assert not opens(NOTHING, other, SECRET)


@pytest.mark.parametrize("text", ["", "x" * 25, "x" * 27, TOKEN.upper(), TOKEN + "\n", "1" * 26, "é" * 26])
def test_a_token_has_its_form(text: str) -> None:
    assert read_token(text) is None


@pytest.mark.parametrize("proof", [read_token(TOKEN), read_typed("999999"), read_typed("0911111112")])
def test_nothing_to_open_is_as_much_work_as_something(
    monkeypatch: pytest.MonkeyPatch, proof: lookups.Proof
) -> None:
    def work(keys: Keys) -> list[str]:
        done: list[str] = []
        with monkeypatch.context() as patch:
            real = hmac.new
            patch.setattr(lookups.hmac, "new", lambda *given: done.append("mac") or real(*given))
            compare = hmac.compare_digest
            patch.setattr(
                lookups.hmac, "compare_digest", lambda *pair: done.append("compare") or compare(*pair)
            )
            opens(keys, proof, SECRET)
        return done

    assert work(NOTHING) == work(KEYS) == ["mac", *["mac", "compare"] * 4]


def test_a_token_is_counted_for_its_network_alone() -> None:
    token, typed = read_token(TOKEN), read_typed("001234")
    assert token is not None
    assert typed is not None
    asker = Asker("127.0.0.1/32", "127.0.0.0/24")
    counted = [each.scope for each in throttles(CODE, asker, token, pressed=True)]
    assert counted == ["lookup-network"]
    assert [(each.scope, each.key) for each in throttles(CODE, asker, typed, pressed=False)] == [
        ("lookup-dossier", CODE),
        ("lookup-address", "127.0.0.1/32"),
        ("lookup-network", "127.0.0.0/24"),
        ("lookup", ""),
    ]


def test_while_many_guess_only_who_has_not_failed_is_looked_at() -> None:
    typed = read_typed("001234")
    assert typed is not None

    def limits(*, pressed: bool) -> dict[str, object]:
        asker = Asker("127.0.0.1/32", "127.0.0.0/24")
        return {each.scope: each.limits for each in throttles(CODE, asker, typed, pressed=pressed)}

    usual, under_attack = limits(pressed=False), limits(pressed=True)
    assert (usual["lookup-address"], usual["lookup"]) == (BY_ADDRESS, ALTOGETHER)
    assert (under_attack["lookup-address"], under_attack["lookup"]) == (UNTRIED, IN_RESERVE)
    assert usual["lookup-dossier"] == under_attack["lookup-dossier"]


def test_an_address_is_kept_blinded() -> None:
    assert blinded(SECRET, "127.0.0.1/32") != blinded("t" * 32, "127.0.0.1/32")
    assert blinded(SECRET, "127.0.0.1/32") != blinded(SECRET, "127.0.0.2/32")
