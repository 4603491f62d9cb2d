"""What makes a file unusable as a whole; its rows are judged one by one elsewhere."""


class UnusableFileError(Exception):
    """A file that cannot be read as an export at all; the message, in Vietnamese, says what to do."""
