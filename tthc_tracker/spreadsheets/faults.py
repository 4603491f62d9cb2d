"""What makes a file unusable as a whole; its rows are judged one by one elsewhere."""

from collections.abc import Sequence

from tthc_tracker.domain.encodings import Guess


class UnusableFileError(Exception):
    """A file that cannot be read as an export at all; the message, in Vietnamese, says what to do."""


class UnagreedError(UnusableFileError):
    """A file that can be read once somebody has said how."""


class GuessedEncodingError(UnagreedError):
    """Its encoding can only be guessed."""

    def __init__(self, message: str, guesses: Sequence[Guess]) -> None:
        super().__init__(message)
        self.guesses = tuple(guesses)

    def __reduce__(self) -> tuple[type["GuessedEncodingError"], tuple[str, Sequence[Guess]]]:
        return type(self), (str(self), self.guesses)


class UnmappedColumnsError(UnagreedError):
    """Its columns are not those of the vocabulary, nor those of its source's map."""
