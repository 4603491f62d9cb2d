"""What a long-lived process asks of the C library, so that what it has freed goes back to the machine."""

import ctypes
import gc
from contextlib import suppress

M_ARENA_MAX = -8  # of malloc.h


def share_heaps(most: int) -> None:
    """Have all threads share that many heaps: what each frees in a heap of its own never goes back."""
    with suppress(OSError, AttributeError):  # a C library without arenas
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, most)


def give_back() -> None:
    """Give back what is free."""
    gc.collect()
    with suppress(OSError, AttributeError):  # a C library that does so by itself, or not at all
        ctypes.CDLL(None).malloc_trim(0)
