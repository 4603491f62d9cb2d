"""The list that a request is about, and whether whoever asks may open it."""

from flask import request
from flask_login import current_user

from tthc_tracker.domain.errors import NotAllowed
from tthc_tracker.queries import lists
from tthc_tracker.web.listpages import ListPage
from tthc_tracker.web.unit_of_work import reading


def opened(name: str) -> ListPage:
    """The list as the address has it.

    Raises:
        NotFound: no such list. NotAllowed: not for this person.
    """
    if lists.kept(name).permission not in current_user.permissions:
        raise NotAllowed(name)
    return ListPage.of(reading(), name, request.args)
