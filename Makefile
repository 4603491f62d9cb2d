# The developer's verbs. `make` alone lists them.
PYTHON ?= python3
PYTEST_ARGS ?=
BIN := .venv/bin

# Compiled once, not at every start, whatever the machine says.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test check bench bench-peers province evidence coverage lock clean

help:  ## list these verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

run: .venv/.installed-run  ## set up what is missing and serve on http://127.0.0.1:8000 (PORT, HOST, DATABASE_URL, …)
	@exec $(BIN)/flask serve

test: .venv/.installed-dev system-packages  ## everything: SQLite, PostgreSQL, Chromium, SMTP, kills
	@$(BIN)/pytest -n 2 --dist worksteal -m "not evidence" $(PYTEST_ARGS)

check: .venv/.installed-dev  ## the fast part: format, lint, types, layers, the law
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/pytest -q tests/domain

coverage: .venv/.installed-dev  ## the law stands under test to the last branch
	@$(BIN)/pytest -q -n 2 tests/domain --cov=tthc_tracker.domain --cov-branch --cov-report=term:skip-covered --cov-fail-under=100

bench: .venv/.installed-dev system-packages  ## the speed table, on both databases (writes bench.json)
	@$(BIN)/python -m tests.bench$(WHAT:%=.%) $(BENCH_ARGS)

bench-peers: .venv/.installed-dev system-packages  ## beside it what one would take instead: django-helpdesk, Request Tracker 5 (installs both)
	@tools/peers.sh
	@$(BIN)/python -m tests.bench.peers $(BENCH_ARGS)

province: .venv/.installed-dev system-packages  ## a province's PostgreSQL tried here: roles, PgBouncer, standby, failover, restore, move
	@$(BIN)/pytest -q -m "not evidence" tests/app/test_province.py tests/chaos/test_standby.py tests/web/test_replica.py tests/jobs/test_moving.py tests/queries/test_years.py $(PYTEST_ARGS)

evidence: .venv/.installed-dev system-packages  ## the long runs: thousands of kills, deep state machines
	@$(BIN)/pytest -n 2 --dist worksteal -m evidence $(PYTEST_ARGS)

lock: .venv/.installed-dev  ## pin requirements*.in again, with hashes
	@$(BIN)/pip install --quiet uv==0.13.9
	@tools/lock.sh

clean:  ## remove the environment and the caches (never var/, where the data is)
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .coverage.* htmlcov
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: system-packages
system-packages:
	@tools/system_packages.sh

.venv/.installed-run: requirements.txt
	@PYTHON=$(PYTHON) tools/environment.sh requirements.txt $@

.venv/.installed-dev: requirements-dev.txt
	@PYTHON=$(PYTHON) tools/environment.sh requirements-dev.txt $@
