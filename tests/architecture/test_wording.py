"""Every member of every enum that a person may meet has its Vietnamese words."""

import importlib
import pkgutil
from collections.abc import Iterator
from enum import Enum
from types import ModuleType

import pytest

import tthc_tracker.domain
import tthc_tracker.wording

# Enums that steer the law from within and never reach a person by themselves.
INTERNAL = {
    "Audience": "becomes the names of people before anything is shown",
    "Condition": "decides whether an action is offered",
    "Delivery": "decides which mail an alert goes by",
    "EpisodeStep": "a step of the count of a backlog",
    "Grain": "how long the stretches of days are whose sums are kept",
    "Handing": "decides whether an action is offered",
    "LinkKind": "why a link of the trail was made; only `audit verify` reads it",
    "Matched": "people see the system and the decision",
    "Permission": "people see the name of the role",
    "PhotoKind": "the media type of a picture",
    "RatedAt": "kept so that what the desk asked can be told from what was said unasked",
    "SourceKind": "people see the name of the source",
    "SubjectType": "people see the dossier or the unit",
}


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(module.name)


def _enums() -> list[type[Enum]]:
    found = {
        value
        for module in _modules(tthc_tracker.domain)
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Enum) and value.__module__ == module.__name__
    }
    return sorted(found, key=lambda enum: (enum.__module__, enum.__name__))


def _worded() -> list[Enum]:
    """The members that a table of words in any module of `wording` has as a key, with words beside it."""
    return [
        member
        for module in _modules(tthc_tracker.wording)
        for table in vars(module).values()
        if isinstance(table, dict)
        for member, words in table.items()
        if isinstance(member, Enum) and words
    ]


@pytest.mark.parametrize(
    "enum", [enum for enum in _enums() if enum.__name__ not in INTERNAL], ids=lambda e: e.__name__
)
def test_every_member_has_its_words(enum: type[Enum]) -> None:
    # By identity: members of two StrEnums with the same value are equal.
    worded = {(type(member), member.name) for member in _worded()}
    assert not [member.name for member in enum if (enum, member.name) not in worded]


def test_the_list_of_internal_enums_is_not_stale() -> None:
    assert set(INTERNAL) <= {enum.__name__ for enum in _enums()}
