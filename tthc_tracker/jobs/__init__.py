"""Timed work: the timetable, what each job does, and the process that runs it (`flask jobs serve`)."""
