# Two commands on a fresh machine: `make demo` and `make test`. Each prepares what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Nothing is compiled ahead: what is used is compiled by the first run, in a quarter of the time.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-compile
CATALOGS := $(wildcard bot/locales/*/LC_MESSAGES/bot.po)
COMPILED := $(CATALOGS:.po=.mo)
# One worker more than cores, eight at most: tests wait for little, and each worker begins with ten
# seconds of reading all of them.
WORKERS := $(shell $(PYTHON) -c 'import os; print(min(8, 1 + (os.cpu_count() or 1)))')
# Some machines keep Python from keeping what it compiled: each worker and each process that a test
# starts would compile the whole house anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: setup ## Open a chat page where a pediatrician can be booked (PORT=8080)
	@exec $(BIN)/python -m bot demo

.PHONY: demo-reset
demo-reset: ## Forget everything the demo remembers
	@rm -rf data/demo

.PHONY: test
test: setup-dev ## Stories in the chat, rules, storage and races, on both databases
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

.PHONY: test-meetings
test-meetings: setup-dev ## Let two act at one moment, at each of their locks, on both databases
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m meetings tests/services

.PHONY: test-long
test-long: setup-dev ## Fifty parents for one time, twenty rounds (LONG=1 make test: all by chance, and on both databases)
	LONG=1 $(BIN)/python -m pytest -m long tests/chat/visits

.PHONY: test-kills
test-kills: setup-dev ## Start and stop real processes, and kill one on SQLite a few times
	$(BIN)/python -m pytest -m process tests/bot tests/services/clinic tests/test_deploy.py
	$(BIN)/python -m pytest -m 'crash and not replicas' tests/crash -s

.PHONY: test-fhir
test-fhir: setup-dev tests/fhir/node_modules/.installed ## Book at a FHIR server that nobody here wrote (needs node and npm)
	$(BIN)/python -m pytest -m fhir tests/bot/systems

tests/fhir/node_modules/.installed: tests/fhir/package-lock.json
	@command -v npm >/dev/null || { echo "Node 20 or newer is needed, with npm; on Debian: apt install nodejs npm"; exit 1; }
	@echo "Installing a FHIR server for the tests ..."
	@npm ci --prefix tests/fhir --ignore-scripts --no-audit --no-fund --silent
	@touch $@

.PHONY: test-bench
test-bench: setup-dev ## See that the benchmarks still run
	$(BIN)/python -m pytest -m bench tests/bench

.PHONY: storm
storm: setup-dev ## Everybody at once by chance, on both databases, until something breaks (SEED=0)
	$(BIN)/python -m tests.storm $(SEED)

.PHONY: simulate
simulate: setup-dev ## Months of a clinic and its freed times, by three ways, on both databases (SEED=0 WEEKS=12)
	$(BIN)/python -m tests.simulation $(or $(SEED),0) $(or $(WEEKS),12)

.PHONY: test-browser
test-browser: setup-dev ## Book, move and cancel in a real Chromium
	$(BIN)/python -m pytest -m browser tests/browser tests/sandbox

.PHONY: screenshots
screenshots: setup-dev ## Take the README's pictures anew, from the real demo
	$(BIN)/python -m tests.browser.screenshots

.PHONY: test-replicas
test-replicas: setup-dev ## Kill processes on PostgreSQL a few times: one, and three behind a real nginx
	$(BIN)/python -m pytest -m replicas tests/crash -s

.PHONY: test-crash
test-crash: setup-dev ## The same with a hundred kills, and one process on each database
	CRASH_KILLS=100 $(BIN)/python -m pytest -m '' tests/crash -s

.PHONY: bench
bench: setup-dev ## Print ratios to plain drivers, stock aiogram and a usual bot (BENCH="taps start")
	$(BIN)/python -m tests.bench $(BENCH)

.PHONY: check
check: setup-dev ## Style, types, who may import whom, the words, and what the bot is made of
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.catalogs
	$(BIN)/python -m tests.audit

.PHONY: words
words: setup-dev ## Bring the Russian catalog up to date with the code
	$(BIN)/pybabel extract --no-default-keywords -k _:1,1t -k _:1,2,3t --no-wrap --sort-by-file --no-location -o bot/locales/bot.pot bot
	$(BIN)/pybabel update --no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date -D bot -i bot/locales/bot.pot -d bot/locales
	@rm bot/locales/bot.pot

.PHONY: lock
lock: setup-dev ## Resolve the dependencies anew (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --upgrade --quiet -o requirements.lock
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --upgrade --quiet -c requirements.lock -o requirements-dev.lock

.PHONY: setup
setup: $(VENV)/.runtime $(COMPILED) ## Prepare .venv; does nothing when nothing changed

.PHONY: setup-dev
setup-dev: setup $(VENV)/.dev

$(VENV)/.runtime: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; say where it is: make PYTHON=/path/to/python3"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "python3 -m venv failed; on Debian: apt install python3-venv"; exit 1; }
	@echo "Installing what the bot needs ..."
	@$(PIP) -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@echo "Installing what the tests need ..."
	@$(PIP) -r requirements-dev.lock
	@touch $@

%.mo: %.po $(VENV)/.runtime
	@$(BIN)/pybabel --quiet compile --use-fuzzy --domain bot --input-file $< --output-file $@
