# Two commands matter: "make run" and "make test". DATABASE_URL and REDIS_URL are honoured everywhere.

SHELL := /bin/bash
BIN := .venv/bin
LOCK := requirements/dev.lock
PORT ?= 8000
# The first Python that the service supports; PYTHON=… chooses another.
PYTHON ?= $(firstword $(foreach candidate,python3 python3.13 python3.12 python3.11,\
	$(shell $(candidate) -c 'import sys, ensurepip; print("$(candidate)" if (3, 11) <= sys.version_info < (3, 14) else "")' 2>/dev/null)))

.DEFAULT_GOAL := help
.PHONY: help install run reset check test test-browser bench faults

help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: .venv/installed ## Create .venv and install what requirements/dev.lock pins

.venv/installed: $(LOCK)
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 with its venv module is needed (Debian: python3 python3-venv)." >&2; exit 1; }
	@test -x $(BIN)/python || { echo "Creating .venv with $(PYTHON) …"; $(PYTHON) -m venv .venv; }
	@echo "Installing …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r $(LOCK)
	@touch $@

run: install ## Run the demonstration on 127.0.0.1:8000 (PORT=… for another port)
	@exec $(BIN)/python manage.py demo --port $(PORT)

reset: install ## Throw the demonstration's data away and load it afresh
	@$(BIN)/python manage.py demo --reset --port $(PORT)

check: install ## Check style, types, layers, migrations and the German catalogue
	@$(BIN)/pytest -q tests/house

test: install ## Run the whole suite, the checks included
	@$(BIN)/pytest -n auto --maxprocesses 8 $(PYTEST_ARGS)

test-browser: install ## Run the tests that play in Debian's chromium
	@$(BIN)/pytest -m browser tests/browser $(PYTEST_ARGS)

bench: install ## Measure on SQLite and PostgreSQL; writes bench/results.json
	@scripts/with-services --postgresql $(BIN)/python -m bench

faults: install ## Kill workers, empty Redis, refuse mails: 1,000 reminders arrive; writes bench/results.json
	@scripts/with-services $(BIN)/python -m bench.faults
