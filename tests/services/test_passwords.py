"""Which passwords are taken, and how they are kept."""

import unicodedata

import pytest
from argon2 import PasswordHasher

from tests.support import hashing
from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.services import passwords

NAMES = ("nguyenvanan", "an.nguyen", "Nguyễn Văn An")


@pytest.fixture(autouse=True)
def _as_the_product_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests hash cheaply; these do not."""
    monkeypatch.setattr(passwords, "_hasher", hashing.REAL)


@pytest.mark.parametrize(
    "password",
    [
        pytest.param("con trâu ăn cỏ đồng xa", id="a short sentence"),
        pytest.param("xk7-Qp2m-rW9v", id="twelve random signs"),
        pytest.param("p" * 3 + "hương nam cá vàng bơi" * 5, id="a long one"),
    ],
)
def test_a_password_that_is_hard_to_guess_is_taken(password: str) -> None:
    passwords.check(password, names=NAMES)


@pytest.mark.parametrize(
    "password",
    [
        pytest.param("ngắn quá", id="fewer than twelve signs"),
        pytest.param("x7Q" * 43, id="more than 128"),
        pytest.param("password1234", id="the first one everybody tries"),
        pytest.param("Matkhau@2026!", id="the word itself in Vietnamese"),
        pytest.param("aaaaaaaaaaaaaaaa", id="one sign again and again"),
        pytest.param("123456789012", id="digits in a row"),
        pytest.param("qwertyuiop12", id="keys in a row"),
        pytest.param("NguyenVanAn2026", id="the person's own name"),
        pytest.param("an.nguyen1234", id="the person's own address"),
        pytest.param("motcua123456", id="where he works"),
        pytest.param("hoso-tthc-1022", id="what he works with"),
        pytest.param("UBND Quảng Trị 1", id="the agency"),
    ],
)
def test_a_password_that_would_be_guessed_early_is_refused(password: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        passwords.check(password, names=NAMES)
    assert refused.value.field == "password"


def test_the_same_letters_open_in_any_unicode_form() -> None:
    composed = unicodedata.normalize("NFC", "hồ sơ đã trả xong rồi")
    kept = passwords.hash_password(unicodedata.normalize("NFD", composed))
    assert passwords.verify(kept, composed)
    assert not passwords.verify(kept, composed + ".")


def test_it_is_argon2id_with_nineteen_mebibytes_and_two_rounds() -> None:
    assert passwords.hash_password("con trâu ăn cỏ").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_one_kept_with_weaker_parameters_is_outdated() -> None:
    weaker = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash("con trâu ăn cỏ")
    assert passwords.is_outdated(weaker)
    assert not passwords.is_outdated(passwords.hash_password("con trâu ăn cỏ"))


@pytest.mark.parametrize("kept", [None, "", "not a hash"])
def test_without_a_hash_nothing_opens(kept: str | None) -> None:
    assert not passwords.verify(kept, "")


def test_what_is_held_against_an_unknown_name_costs_as_much_as_a_real_password() -> None:
    assert hashing.REAL_NOBODY.startswith("$argon2id$")
    assert not passwords.is_outdated(hashing.REAL_NOBODY)
