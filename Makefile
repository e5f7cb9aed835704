# make demo | run | test | check | bench | screenshots      (each prepares .venv by itself)
# ARGS are passed on: make demo ARGS=--once, make test ARGS="-k delivery"

SHELL := /bin/bash
ARGS ?=
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
  "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo run test check format bench eval kill-test screenshots clean

demo: $(READY)
	@$(BIN)/python -m sandbox $(ARGS)

run: $(READY)
	@$(BIN)/python -m bot $(ARGS)

test: $(READY)
	$(BIN)/python -m pytest -n 4 --dist worksteal $(ARGS)

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

bench: $(READY)
	$(BIN)/python -m bench $(ARGS)

# The README's pictures; needs Chromium and fonts: apt install chromium fonts-noto-cjk fonts-noto-color-emoji
screenshots: $(READY)
	$(BIN)/python -m tests.e2e.screenshots docs/images

eval: $(READY)
	$(BIN)/python -m bench.eval $(ARGS)

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

# Debian without python3-venv has no ensurepip: the environment is then made without pip and
# filled by the system's pip.
$(READY): requirements.lock
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or newer is needed, and none was found." >&2; exit 1; fi
	@rm -rf $(VENV)
	@if $(PYTHON) -c 'import ensurepip' 2>/dev/null; then \
	  $(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock; \
	elif $(PYTHON) -m pip --version >/dev/null 2>&1; then \
	  $(PYTHON) -m venv --without-pip $(VENV) && \
	  $(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check -r requirements.lock; \
	else \
	  echo "pip is missing: install it, on Debian with: apt install python3-venv" >&2; exit 1; \
	fi
	@touch $(READY)
