"""Passwords hashed cheaply: every test that signs somebody in would pay what is meant for a guesser.

tests/services/test_passwords.py holds the product's own parameters to account, with `REAL`.
"""

from argon2 import PasswordHasher

from tthc_tracker.services import passwords

REAL = passwords._hasher
REAL_NOBODY = passwords.NOBODY


def cheaply() -> None:
    """Let this process hash with the least that Argon2 takes."""
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords.NOBODY = passwords._hasher.hash("nobody")
