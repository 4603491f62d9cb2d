"""The law as pure functions: standard library only, no I/O, no clock."""
