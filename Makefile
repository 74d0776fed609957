# The two commands of the README are `make certify` and `make test`; both do all the set-up that they need.

.DEFAULT_GOAL := help
SHELL := /bin/sh
UV_FOLDER := .tools/uv
UV := $(shell command -v uv 2>/dev/null || echo $(UV_FOLDER)/bin/uv)
RUN := $(UV) run --frozen --quiet
SYSTEM_PYTHON := $(shell command -v python3 || command -v python)
export UV_PROJECT_ENVIRONMENT := .venv
# Certificates of the system, since many networks have an authority of their own (two names, by uv's version).
export UV_SYSTEM_CERTS ?= true
export UV_NATIVE_TLS ?= true
export NPM_CONFIG_UPDATE_NOTIFIER := false

.PHONY: help setup middleware certify test bench bench-suites bench-audit bench-audit-memory bench-card bench-pki bench-world fuzz recheck lint examples suite docs clean

help: ## List what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: .venv/.ready ## Install the program and its tools into .venv (no root needed)

$(UV_FOLDER)/bin/uv:
	@test -n "$(SYSTEM_PYTHON)" || { echo "Python 3.11 or later is needed: install it, or install uv" >&2; exit 2; }
	@echo "uv is not installed: putting it into $(UV_FOLDER)"
	@rm -rf $(UV_FOLDER)
	@$(SYSTEM_PYTHON) -m venv $(UV_FOLDER) 2>/dev/null && $(UV_FOLDER)/bin/python -m pip install --quiet --disable-pip-version-check uv \
	  || { rm -rf $(UV_FOLDER); mkdir -p $(UV_FOLDER); \
	       $(SYSTEM_PYTHON) -m pip install --quiet --disable-pip-version-check --target $(UV_FOLDER) uv; }

.venv/.ready: $(filter $(UV_FOLDER)/bin/uv,$(UV)) pyproject.toml uv.lock
	@$(UV) sync --frozen --quiet
	@touch $@

examples: setup ## Install what the example systems need (npm packages, where npm is there)
	@if ! command -v npm >/dev/null 2>&1; then echo "npm is missing: examples/sut/node and verifier/pkijs cannot run"; \
	else for folder in examples/sut/node examples/sut/verifier; do \
	  test -d $$folder/node_modules || \
	    npm ci --no-fund --no-audit --loglevel=error --fetch-retries=1 --prefix $$folder >/dev/null \
	    || echo "npm could not install the packages of $$folder (see above): it cannot run"; \
	done; fi

# Programs that tests run: card middleware, a database. pyscard has no wheel for Linux, so it is built where that can be done.
MIDDLEWARE := postgresql sqlite3 pcscd vsmartcard-vpcd opensc opensc-pkcs11 gnutls-bin openssl gcc libc6-dev libpcsclite-dev swig
middleware: setup ## Install the programs that tests run (Debian packages, where that is allowed)
	@if test "$$(id -u)" = 0 && command -v apt-get >/dev/null 2>&1; then \
	  dpkg -s $(MIDDLEWARE) >/dev/null 2>&1 || { apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(MIDDLEWARE) >/dev/null; }; \
	else \
	  command -v pcscd >/dev/null 2>&1 && command -v pkcs11-tool >/dev/null 2>&1 \
	    || echo "SKIPPED: tests with card middleware and PostgreSQL need root and Debian's $(MIDDLEWARE)" >&2; \
	fi
	@$(UV) sync --frozen --quiet --inexact --group card \
	  || echo "SKIPPED: tests with a reader need pyscard, which could not be built (see above)" >&2

certify: examples ## Judge every example system that this machine can run, against the verdicts on record
	@$(RUN) python examples/certify_all.py

test: examples middleware ## Run all tests
	@$(RUN) --group spark pytest -n 2 --dist loadgroup

bench: setup ## Time evaluation and solving, beside hand-written code and python-dateutil
	@$(RUN) pytest tests/bench --benchmark-enable --benchmark-only --benchmark-columns=median,ops,rounds --benchmark-sort=name -p no:xdist

lint: setup ## Formatting, lint, types, the direction of imports
	@$(RUN) ruff format --check .
	@$(RUN) ruff check .
	@$(RUN) mypy
	@$(RUN) lint-imports

bench-suites: setup ## Compare the complete suite with random lives, Hypothesis and CrossHair on the same mutants
	@$(RUN) --group bench python tests/bench/compare_suites.py

bench-audit: setup ## Ask ten million rows one question on DuckDB, Polars, Spark, beside OpenFisca, NumPy and pandas
	@$(RUN) --group bench --group spark python tests/bench/audit_peers.py

bench-audit-memory: setup ## The curve of an audit's time and memory, up to a hundred million rows
	@$(RUN) python tests/bench/audit_memory.py

recheck: setup ## Ask cvc5 about every equivalence proof of the shipped suites
	@$(RUN) jpki-oracle suite recheck

bench-card: middleware ## Count short commands a second to the emulated card, in process and behind pcscd
	@$(RUN) --group card python tests/bench/card_throughput.py

bench-pki: setup ## Status answers a second of the test authority, and a revocation list of a million entries
	@$(RUN) python tests/bench/pki_throughput.py

bench-world: setup ## Events a second of the world, and histories judged a second
	@$(RUN) python tests/bench/world_throughput.py

fuzz: setup ## A million random commands to the emulated card
	@$(RUN) python tests/bench/fuzz_emulator.py

suite: setup ## Let the solver build the shipped suites anew (takes half an hour or so)
	@$(RUN) jpki-oracle suite build oracle/jpki_oracle/scenarios/boundary.json --kind boundary
	@$(RUN) jpki-oracle suite build oracle/jpki_oracle/scenarios/complete.json --proofs out/proofs
	@cp out/proofs/index.json oracle/jpki_oracle/scenarios/complete.proofs.json
	@$(RUN) jpki-oracle suite build oracle/jpki_oracle/scenarios/other-readings.json --kind other-readings --proofs out/readings
	@cp out/readings/joint.json oracle/jpki_oracle/scenarios/other-readings.proofs.json
	@$(RUN) jpki-oracle suite build oracle/jpki_oracle/scenarios/readings.json --kind readings
	@$(RUN) python -m jpki_oracle.card.derive

docs: setup ## Write the schemas and tables under docs/ anew from the code
	@$(RUN) python docs/generate.py

clean: ## Remove what was installed and made
	rm -rf .venv .tools out .mypy_cache .ruff_cache .hypothesis .benchmarks .import_linter_cache examples/sut/node/node_modules examples/sut/verifier/node_modules
