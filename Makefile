# Two commands do everything: `make run` and `make test`. `make help` lists the others.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8000

.DEFAULT_GOAL := help
.PHONY: help run test check ocr train evaluate bench lock clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(VENV)/installed ## set up, ingest the sample corpus, serve the app at http://127.0.0.1:8000
	$(BIN)/lessons ingest
	$(BIN)/lessons serve --host $(HOST) --port $(PORT)

test: $(VENV)/installed-dev ## set up, run all tests
	$(BIN)/python -m pytest

check: $(VENV)/installed-dev ## formatting, lint, types, import directions, corpus
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/lessons check

ocr: $(VENV)/installed ## add what reads scans; it needs Tesseract too (Debian: apt-get install tesseract-ocr)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-ocr.lock

evaluate: $(VENV)/installed ## score the product against corpus/evaluation and its baseline
	$(BIN)/lessons evaluate

train: $(VENV)/installed ## train the models anew from corpus/training
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-train.lock
	$(BIN)/lessons train

bench: $(VENV)/installed-dev ## run the benchmarks, each beside its reference
	$(BIN)/python -m tests.benchmarks

lock: $(VENV)/installed-dev ## write the lock files anew from pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --no-annotate pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --no-annotate --extra dev pyproject.toml -o requirements-dev.lock
	echo pytesseract | $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --no-annotate --no-deps --constraint requirements-dev.lock - -o requirements-ocr.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --no-annotate --extra train pyproject.toml -o requirements-train.lock

clean: ## remove what is built and the environment
	rm -rf var $(VENV) *.egg-info

$(VENV)/installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Lessons needs Python 3.11 or newer: make PYTHON=python3.12 run")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@
