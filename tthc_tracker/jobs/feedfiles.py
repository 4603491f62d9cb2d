"""One look at a folder: what was looked at is moved beside, what is whole is taken in, one file at a time."""

import errno
import os
import shutil
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Protocol

from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.domain.feeds import OLDEST, ArrivalState
from tthc_tracker.extensions import database
from tthc_tracker.jobs.feedfolders import FeedFolder, NoPlainFileError, NotWholeError, is_same
from tthc_tracker.jobs.work import Work
from tthc_tracker.queries import feeds as queries
from tthc_tracker.queries.feeds import FeedTask
from tthc_tracker.services import feedlooks
from tthc_tracker.services.feedlooks import Sighting
from tthc_tracker.spreadsheets.intake import Kept, Shelf
from tthc_tracker.wording import feeds as words

LARGEST = 4 * 1024**3  # bytes of a file
KEPT_FREE = 256 * 1024**2  # bytes of the disk that no copy of a file takes
_OVER = (ArrivalState.DONE, ArrivalState.REFUSED)
_OF_OURS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE})
"""Faults of this machine: the file is for another time, not to be refused."""


class Run(Protocol):
    """The run that looks."""

    work: Work
    shelf: Shelf
    counts: Counter[str]

    def transaction(self) -> AbstractContextManager[Session]: ...
    def fail(self, task: FeedTask, why: str) -> None: ...


class FolderLook:
    """One look at one folder."""

    def __init__(self, run: Run, task: FeedTask) -> None:
        self._run, self._task = run, task

    def carry_out(self) -> None:
        """Look, move, take the next."""
        if self._run.work.feed_root is None:
            self._run.fail(self._task, words.NO_ROOT)
            return
        try:
            with FeedFolder(self._run.work.feed_root, self._task.place) as folder:
                self._carry_out(folder)
        except OSError as error:
            of_ours = error.errno in _OF_OURS
            said = words.NOT_HERE if of_ours else words.NO_FOLDER
            self._run.fail(self._task, said.format(why=words.why(error)))

    def _carry_out(self, folder: FeedFolder) -> None:
        listing, now = folder.listing(), clock.now()
        with self._run.transaction() as session:
            lying = feedlooks.note_sighted(session, self._task, listing.files, now)
        remark = self._put_away(folder, [one for one in lying if one.state in _OVER])
        if listing.strange and not remark:
            remark = words.STRANGE_NAME.format(many=listing.strange)
        waiting = [one for one in lying if one.state is ArrivalState.SIGHTED]
        # In their turn: what came later waits for what is not whole yet.
        handed_on = bool(waiting) and waiting[0].is_whole and self._take(folder, waiting[0])
        with self._run.transaction() as session:
            soon = bool(waiting) and not handed_on
            feedlooks.note_looked(session, self._task, remark=remark, soon=soon, now=clock.now())

    # --- moving

    def _put_away(self, folder: FeedFolder, over: Sequence[Sighting]) -> str:
        """Move what was looked at; what is to be said where that cannot be done, of the last of them."""
        remark = ""
        for one in over:
            with database.reading() as session:
                looked = queries.looked_at(session, one.id)
            refused = looked.state is ArrivalState.REFUSED
            try:
                folder.put_away(one.file, one.id, refused=refused, notes=self._notes(looked))
            except NotWholeError:
                continue  # another file of its name, which has its turn
            except OSError as error:
                remark = words.NO_MOVE.format(why=words.why(error))
        return remark

    def _notes(self, looked: queries.Looked) -> dict[str, Path | str]:
        notes: dict[str, Path | str] = {words.REASON: looked.fault + "\n"} if looked.fault else {}
        if looked.stored is not None and looked.remarks:
            errors = self._run.shelf.errors(looked.stored, written=True)
            notes |= {words.ERRORS: errors} if errors.is_file() else {}
        return notes

    # --- taking

    def _take(self, folder: FeedFolder, one: Sighting) -> bool:
        """Hand a file on to the import, or refuse it; whether it was handed on."""
        why = self._unfit(one)
        try:
            kept = None if why else self._kept(folder, one)
        except (NotWholeError, FileNotFoundError):
            return False
        except NoPlainFileError:
            kept, why = None, words.NO_PLAIN_FILE
        except OSError as error:
            if error.errno in _OF_OURS:
                raise
            kept, why = None, words.NO_FILE.format(why=words.why(error))
        if kept is None:
            with self._run.transaction() as session:
                feedlooks.refuse_file(session, self._task, one.id, why, now=clock.now())
            return False
        return self._hand_on(one, kept)

    def _unfit(self, one: Sighting) -> str:
        """Why a file is not even kept; '' for nothing.

        Raises:
            OSError: there is no room for it here at present.
        """
        if one.file.mtime_ns < (clock.now() - OLDEST).timestamp() * 1e9:
            return words.OLD_TIME
        if one.file.size > LARGEST:
            return words.TOO_LARGE
        if one.file.size + KEPT_FREE > shutil.disk_usage(self._run.work.var).free:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return ""

    def _kept(self, folder: FeedFolder, one: Sighting) -> Kept:
        with folder.opened(one.file) as file:
            kept = self._run.shelf.keep(file)
            if not is_same(file, one.file):
                self._run.shelf.forget(kept.name)
                raise NotWholeError
        return kept

    def _hand_on(self, one: Sighting, kept: Kept) -> bool:
        with ExitStack() as unwanted:
            unwanted.callback(self._run.shelf.forget, kept.name)
            with self._run.transaction() as session:
                handed_on = feedlooks.take_in_file(session, self._task, one.id, kept, now=clock.now())
            if handed_on:
                unwanted.pop_all()
        self._run.counts["taken"] += handed_on
        return handed_on
