# make demo | run | doctor | test | check | bench | year | screenshots   (each prepares .venv)
# ARGS are passed on: make demo ARGS=--once, make test ARGS="-k delivery"

SHELL := /bin/bash
ARGS ?=
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
  "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PEERS := $(VENV)/.peers
AUDIT := .venv-audit
# An environment without a pip of its own is filled by the system's.
INSTALL = $$($(BIN)/python -m pip --version >/dev/null 2>&1 && echo $(BIN)/python -m pip \
  || echo $(PYTHON) -m pip --python $(BIN)/python) install --quiet --disable-pip-version-check

.PHONY: demo run doctor test check format bench bench-quick eval year kill-test audit docs screenshots clean

demo: $(READY)
	@$(BIN)/python -m sandbox $(ARGS)

run: $(READY)
	@$(BIN)/python -m bot $(ARGS)

doctor: $(READY)
	@$(BIN)/python -m bot doctor $(ARGS)

test: $(READY)
	$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

kill-test: $(READY)
	$(BIN)/python -m pytest -m exhaustive $(ARGS)

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(PEERS)
	$(BIN)/python -m bench $(ARGS)

bench-quick: $(READY)
	$(BIN)/python -m bench --quick $(ARGS)

# The pinned dependencies against the known vulnerabilities; needs the network, and fails without.
audit: $(READY) $(AUDIT)/.ready
	$(BIN)/python -m tests.audit $(AUDIT)/bin/pip-audit

$(AUDIT)/.ready:
	$(PYTHON) -m venv $(AUDIT)
	$(AUDIT)/bin/python -m pip install --quiet --disable-pip-version-check pip-audit==2.10.1
	@touch $@

# The README's table of commands.
docs: $(READY)
	$(BIN)/python -m tests.readme

# The README's pictures; needs Chromium and fonts: apt install chromium fonts-noto-cjk fonts-noto-color-emoji
screenshots: $(READY)
	$(BIN)/python -m tests.e2e.screenshots docs/images

eval: $(READY)
	$(BIN)/python -m bench.eval $(ARGS)

# A simulated year with everything that goes wrong in one, and its audit; half an hour.
year: $(READY)
	$(BIN)/python -m bench.year $(ARGS)

clean:
	rm -rf $(VENV) $(AUDIT) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

# What the bot is only measured against. Where it cannot be had, its figures are left out.
$(PEERS): $(READY)
	@$(INSTALL) tantivy==0.27.0 || true
	@touch $@

# Debian without python3-venv has no ensurepip: the environment is then made without pip.
$(READY): requirements.lock
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or newer is needed, and none was found." >&2; exit 1; fi
	@rm -rf $(VENV)
	@if $(PYTHON) -c 'import ensurepip' 2>/dev/null; then \
	  $(PYTHON) -m venv $(VENV); \
	elif $(PYTHON) -m pip --version >/dev/null 2>&1; then \
	  $(PYTHON) -m venv --without-pip $(VENV); \
	else \
	  echo "pip is missing: install it, on Debian with: apt install python3-venv" >&2; exit 1; \
	fi
	@$(INSTALL) -r requirements.lock
	@touch $(READY)
