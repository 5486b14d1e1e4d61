# make mnist      set everything up and train the article's network on MNIST
# make test       set everything up and run the tests
# make test-fast  those that neither train nor start a process
# make check      formatter, linter, types
# make test-all   the tests and the long training checks
# make test-crash trainings killed at 50 random instants, resumed and compared (CRASH="--kills N")
# make docs       docs/reference.md and configs/schema.json, from the config classes; site/, the pages
# make pictures  build/pictures/index.html: every picture that rnnkit draws, from generated numbers
# make bench      speed beside plain Keras, PyTorch, JAX and ONNX Runtime
# make bench-scaling  how time and memory grow with steps, units, batch, examples and workers
# make package    the sdist and the wheel in dist/, checked, and the wheel tried in an empty environment

PYTHON ?= python3.11 python3.12 python3.13 python3 python
VENV := .venv
BIN := $(VENV)/bin
SHARED := --numprocesses auto --maxprocesses 4 --dist worksteal
INSTALLED := $(VENV)/.installed
BENCH_INSTALLED := $(VENV)/.installed-bench

PACKAGE := build/package
PACKAGE_TOOLS := $(PACKAGE)/tools/bin
TRIED := mnist_fast sunspots

# Tests start many processes, and each would compile rnnkit's modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: mnist docs pictures test test-fast test-all test-crash check format bench bench-scaling package install clean

# The first name in PYTHON that is there and that TensorFlow has packages for makes $(VENV).
define MAKE_VENV
for name in $(PYTHON); do \
    version=$$("$$name" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null) || continue; \
    case "$$version" in 3.11.*|3.12.*|3.13.*) exec "$$name" -m venv --clear $(VENV);; esac; \
    found="$$found $$name ($$version)"; \
done; \
echo "rnnkit needs Python 3.11, 3.12 or 3.13 (TensorFlow has no packages for later ones). Looked for" \
    "$(PYTHON); found:$${found:- none}. Install one, or name yours: make PYTHON=/path/to/python" >&2; \
exit 1
endef
HOW_TO_CALL = @echo 'To call rnnkit: source $(BIN)/activate, then rnnkit --help; or $(BIN)/rnnkit --help'

mnist: $(INSTALLED)
	$(BIN)/rnnkit train configs/mnist.yaml
	$(HOW_TO_CALL)

test: $(INSTALLED)
	$(BIN)/python -m pytest $(SHARED)
	$(HOW_TO_CALL)

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

docs: $(INSTALLED)
	$(BIN)/rnnkit schema > configs/schema.json
	$(BIN)/python docs/reference.py
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet --doctree-dir build/doctrees docs site
	@echo 'To read them: site/index.html'

pictures: $(INSTALLED)
	$(BIN)/python -m docs.pictures

bench: $(BENCH_INSTALLED)
	$(BIN)/python -m benchmarks $(BENCH)

bench-scaling: $(INSTALLED)
	$(BIN)/python -m benchmarks.scaling $(BENCH)

package: VENV := $(PACKAGE)/clean
package: export PYTHONPATH :=
package:
	rm -rf $(PACKAGE) dist
	@$(MAKE_VENV)
	$(VENV)/bin/python -m venv $(PACKAGE)/tools
	$(PACKAGE_TOOLS)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(PACKAGE_TOOLS)/python -m pip install --quiet --group package
	$(PACKAGE_TOOLS)/python -m build
	$(PACKAGE_TOOLS)/twine check --strict dist/*
	$(PACKAGE_TOOLS)/check-wheel-contents dist/*.whl
	$(VENV)/bin/python -m pip install --quiet dist/*.whl
	mkdir $(PACKAGE)/empty
	cd $(PACKAGE)/empty && ../clean/bin/rnnkit doctor
	cd $(PACKAGE)/empty && for config in $(TRIED); do ../clean/bin/rnnkit train $$config --smoke || exit; done

install: $(INSTALLED)
	$(HOW_TO_CALL)

$(INSTALLED): pyproject.toml
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { $(MAKE_VENV); }
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable . --group dev
	touch $@

$(BENCH_INSTALLED): $(INSTALLED)
	$(BIN)/python -m pip install --quiet --group bench
	touch $@

clean:
	rm -rf $(VENV) build dist site .mypy_cache .pytest_cache .ruff_cache
