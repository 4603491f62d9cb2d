"""The child that makes pictures and papers: it reads work, writes bytes, ends when its parent does."""

import os
import pickle
import resource
import select
import signal
import sys
from types import TracebackType
from typing import IO

from tthc_tracker.rendering import FAULT, LENGTH, read

MOST_MEMORY = 768 * 1024 * 1024


def serve(work: IO[bytes], answers: IO[bytes], idle: float) -> None:
    """Do what comes until the pipe is closed, or nothing has come for `idle` seconds."""
    while select.select([work], [], [], idle)[0]:
        try:
            job = read(work)
        except EOFError:
            return
        function, args, kwargs = pickle.loads(job)  # noqa: S301 (written by our parent, over its own pipe)
        answer = function(*args, **kwargs)
        answers.write(LENGTH.pack(len(answer)) + answer)
        answers.flush()


def end_with_fault(kind: type[BaseException], _error: BaseException, trace: TracebackType | None) -> None:
    """What went wrong and where; a message could hold somebody's name, so it is not shown."""
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    sys.stderr.write(f"tthc_tracker.rendering: {kind.__name__} at {place}\n")
    sys.stderr.flush()
    os._exit(FAULT)


def main() -> None:
    """Serve the parent at the other end of standard input and output."""
    sys.excepthook = end_with_fault
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent; its end is ours
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    with open(0, "rb", buffering=0) as work, os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # a library that prints must not write into an answer
        serve(work, answers, float(sys.argv[1]))


if __name__ == "__main__":
    main()
