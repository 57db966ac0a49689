# `make run` on a bare machine needs git, make, Python 3.11+ with venv, and a way to get packages.
PORT ?= 8000
BEDSIDE_DATA ?= .data
PYTHON ?= python3
WORKERS ?= 2
ARGS ?=

export BEDSIDE_DATA
export UV_SYSTEM_CERTS := true
export UV_PYTHON_DOWNLOADS := never
export VIRTUAL_ENV := $(CURDIR)/.venv

UV := .tools/bin/uv
VENV := .venv/.synced
PY := .venv/bin/python
COMPILE := $(UV) pip compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header

.DEFAULT_GOAL := help
.PHONY: mutants help run test test-full check check-infra bench soak reset lock docs image

help: ## what each target does
	@printf 'Bedside. PORT=%s BEDSIDE_DATA=%s\n\n' '$(PORT)' '$(BEDSIDE_DATA)'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

run: $(VENV) ## start the practice, its worker and the vendors' sandbox; Ctrl-C stops everything
	@exec $(PY) -m tools.run --port $(PORT)

test: check ## all checks, then the tests a developer waits for (under 15 minutes on two cores)
	$(PY) -m pytest -n $(WORKERS) -m "not slow" $(ARGS) tests/rules tests/unit tests/contract tests/integration tests/e2e

test-full: check ## the same with the slow matrix and the coverage floor
	$(PY) -m pytest -n $(WORKERS) --cov --cov-report=term:skip-covered $(ARGS) tests

check: $(VENV) ## format, types, import contracts, templates, security, migrations, dependencies
	@$(PY) -m tools.check $(ARGS)

check-infra: $(VENV) .tools/checkov/.synced ## infra/: format, its own tests, checkov (which this installs)
	@$(PY) -m tools.check_ground

image: ## build the image; says so when no engine is here
	@$(PYTHON) -m tools.image $(ARGS)

bench: $(VENV) ## how quick pages are, beside their bare SQL and for 750 000 patients
	@$(PY) -m tools.bench $(ARGS)

soak: $(VENV) ## time and chaos: kills, races, tampering, full disks; SOAK_BOOKINGS=1000 SOAK_ROUNDS=1000 for long
	$(PY) -m pytest -s -m soak $(ARGS) tests/soak

mutants: $(VENV) ## change doors and policy one condition at a time; at least 90 % must be noticed
	@$(PY) -m tools.mutate $(ARGS)

reset: $(VENV) ## throw the development data away
	@$(PY) -m tools.reset

docs: $(VENV) ## write the generated pages of docs/
	@$(PY) -m tools.pages

lock: $(UV) ## pin every dependency again, with hashes
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) pyproject.toml --group dev -o requirements-dev.lock
	echo 'checkov==$(shell sed -n 's/^checkov==\([0-9.]*\).*/\1/p' tools/checkov.lock)' | $(COMPILE) - -o tools/checkov.lock
	echo 'uv==$(shell sed -n 's/^uv==\([0-9.]*\).*/\1/p' tools/uv.lock)' | $(COMPILE) - -o tools/uv.lock

$(UV): tools/uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'Bedside needs Python 3.11 or newer as $(PYTHON) (or: make PYTHON=/path/to/python3).' >&2; exit 1; }
	@$(PYTHON) -m venv .tools \
	  || { echo 'This Python cannot make virtual environments. On Debian: apt-get install python3-venv' >&2; exit 1; }
	@.tools/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r tools/uv.lock
	@touch $@

.tools/checkov/.synced: tools/checkov.lock | $(UV)
	@$(UV) venv -q --allow-existing --python $(PYTHON) .tools/checkov
	@echo 'Preparing checkov ...'
	@VIRTUAL_ENV=$(CURDIR)/.tools/checkov $(UV) pip sync -q --require-hashes tools/checkov.lock
	@touch $@

$(VENV): requirements-dev.lock pyproject.toml | $(UV)
	@test -x $(PY) || $(UV) venv -q --allow-existing --python $(PYTHON) .venv
	@echo 'Preparing .venv ...'
	@$(UV) pip sync -q --require-hashes requirements-dev.lock
	@touch $@
