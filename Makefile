# Liên Thông. `make help` lists what there is; PYTHON=python3.12 chooses another Python.

PYTHON ?= python3
BIN := .venv/bin
# Tests wait more than they compute, so there are more workers than processors; and each may take longer than alone.
# Files keep the order that tests/support/turns.py gives them.
WORKERS ?= 4
PARALLEL := -n $(WORKERS) --dist loadfile --no-loadscope-reorder --timeout 120
SOURCES := $(wildcard schemas lienthong connectors adapters bus monitoring simulators tests bench)

# Tests start processes by the hundred, which would all compile what they import.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint format bench soak docs constraints clean
.DELETE_ON_ERROR:

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

setup: .venv/.done-run ## .venv with the command `lienthong` in it (the others do it themselves)

demo: .venv/.done-run ## a province in a minute; DEMO_ARGS="--once --json" passes options on
	@$(BIN)/lienthong demo $(DEMO_ARGS)

test: lint docs ## everything that CI checks; TEST_ARGS="-k lanes" passes options to pytest, WORKERS=0 runs one test at a time
	@$(BIN)/python -m tests.support.debian
	$(BIN)/pytest $(PARALLEL) $(TEST_ARGS)

lint: .venv/.done-dev ## style, types, layers
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: .venv/.done-dev ## put the code into the house style
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

bench: .venv/.done-bench ## measure against Celery; BENCH_ARGS passes options on
	@$(BIN)/python -m tests.support.debian
	$(BIN)/python -m bench $(BENCH_ARGS)

soak: .venv/.done-dev ## the long forms of the tests that kill things
	@$(BIN)/python -m tests.support.debian
	$(BIN)/pytest --soak $(TEST_ARGS)

docs: .venv/.done-dev ## the documentation, as pages in site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

# by the oldest Python that we run on: PYTHON=python3.11 of Debian 12
constraints: .venv/.done-bench ## write down the versions that are installed now
	$(BIN)/pip freeze --exclude-editable > constraints.txt

clean: ## remove what can be made again
	rm -rf .venv site build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

.venv/.done-run: EXTRAS :=
.venv/.done-dev: EXTRAS := [dev]
.venv/.done-bench: EXTRAS := [dev,bench]
.venv/.done-%: pyproject.toml constraints.txt | .venv/bin/pip
	@echo "installing lienthong$(EXTRAS) into .venv"
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.$(EXTRAS)'
	@touch $@

.venv/bin/pip:
	@tools/venv $(PYTHON)
