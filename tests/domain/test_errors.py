"""The tree of errors: what is caught together, and what each error tells."""

import datetime as dt

import pytest

from tthc_tracker.domain import errors


@pytest.mark.parametrize(
    ("leaf", "branch"),
    [
        (errors.CalendarHorizonError, errors.InvalidCalendar),
        (errors.InvalidCalendar, errors.DomainError),
        (errors.AlreadyReappointed, errors.NotNow),
        (errors.AtItsSource, errors.NotNow),
        (errors.NotNow, errors.RefusedUse),
        (errors.DomainError, errors.TthcError),
        (errors.RefusedUse, errors.TthcError),
    ],
)
def test_a_leaf_is_caught_with_its_branch(leaf: type[Exception], branch: type[Exception]) -> None:
    assert issubclass(leaf, branch)


def test_the_law_and_the_use_cases_are_apart() -> None:
    assert not issubclass(errors.DomainError, errors.RefusedUse)
    assert not issubclass(errors.RefusedUse, errors.DomainError)


def test_a_wrong_field_says_which_and_why() -> None:
    wrong = errors.InvalidInput("owner", "Hãy nhập tên chủ hồ sơ.")
    assert (wrong.field, wrong.message, str(wrong)) == (
        "owner",
        "Hãy nhập tên chủ hồ sơ.",
        "owner: Hãy nhập tên chủ hồ sơ.",
    )


def test_a_form_taken_already_says_what_it_made() -> None:
    assert errors.DuplicateSubmission("H50.01-261123-0001").outcome == "H50.01-261123-0001"
    assert errors.DuplicateSubmission().outcome is None


def test_every_error_has_its_place_in_the_picture() -> None:
    drawn = errors.__doc__ or ""
    made = [
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and value.__module__ == errors.__name__
    ]
    assert [name for name in made if issubclass(vars(errors)[name], Exception) and name not in drawn] == []


def test_too_many_tries_say_how_long_to_wait() -> None:
    assert errors.TooManyTries(dt.timedelta(minutes=15)).wait == dt.timedelta(minutes=15)


def test_what_contradicts_names_its_field_and_says_why() -> None:
    wrong = errors.ConflictingDossier("ChuHoSo", "Chủ hồ sơ khác với lần gửi trước.")
    assert (wrong.field, wrong.message) == ("ChuHoSo", "Chủ hồ sơ khác với lần gửi trước.")
