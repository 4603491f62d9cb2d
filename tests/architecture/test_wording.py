"""Every member of every enum that a person may meet has its Vietnamese words."""

import importlib
import pkgutil
from enum import Enum

import pytest

import tthc_tracker.domain
from tthc_tracker.wording import labels

# Enums that steer the law from within and never reach a person by themselves.
INTERNAL = {
    "Audience": "becomes the names of people before anything is shown",
    "Condition": "decides whether an action is offered",
    "Delivery": "decides which mail an alert goes by",
    "EpisodeStep": "a step of the count of a backlog",
    "SourceKind": "people see the name of the source",
    "SubjectType": "people see the dossier or the unit",
}


def _enums() -> list[type[Enum]]:
    found = set()
    for module in pkgutil.iter_modules(tthc_tracker.domain.__path__, "tthc_tracker.domain."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, type) and issubclass(value, Enum) and value.__module__ == module.name:
                found.add(value)
    return sorted(found, key=lambda enum: (enum.__module__, enum.__name__))


@pytest.mark.parametrize(
    "enum", [enum for enum in _enums() if enum.__name__ not in INTERNAL], ids=lambda e: e.__name__
)
def test_every_member_has_its_words(enum: type[Enum]) -> None:
    words = labels.LABELS.get(enum, {})
    assert not [member for member in enum if not words.get(member, "").strip()]


def test_no_two_members_of_an_enum_share_their_words() -> None:
    twins = [enum.__name__ for enum, words in labels.LABELS.items() if len(set(words.values())) < len(words)]
    assert not twins


def test_the_list_of_internal_enums_is_not_stale() -> None:
    assert set(INTERNAL) <= {enum.__name__ for enum in _enums()}
    assert not set(INTERNAL) & {enum.__name__ for enum in labels.LABELS}
