# make mnist      set everything up and train the article's network on MNIST
# make test       set everything up and run the tests
# make test-fast  those that neither train nor start a process
# make check      formatter, linter, types
# make test-all   the tests and the long training checks
# make test-crash trainings killed at 50 random instants, resumed and compared (CRASH="--kills N")
# make bench      speed beside plain Keras and PyTorch

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
SHARED := --numprocesses auto --maxprocesses 4 --dist worksteal
INSTALLED := $(VENV)/.installed
BENCH_INSTALLED := $(VENV)/.installed-bench

.PHONY: mnist test test-fast test-all test-crash check format bench install clean

mnist: $(INSTALLED)
	$(BIN)/rnnkit train configs/mnist.yaml

test: $(INSTALLED)
	$(BIN)/python -m pytest $(SHARED)

test-fast: $(INSTALLED)
	$(BIN)/python -m pytest $(SHARED) --fast -rfE

test-all: test
	$(BIN)/python -m pytest -m slow

test-crash: $(INSTALLED)
	$(BIN)/python -m tests.crash $(CRASH)

check: $(INSTALLED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(INSTALLED)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(BENCH_INSTALLED)
	$(BIN)/python -m benchmarks $(BENCH)

install: $(INSTALLED)

$(INSTALLED): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable . --group dev
	touch $@

$(BENCH_INSTALLED): $(INSTALLED)
	$(BIN)/python -m pip install --quiet --group bench
	touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache
