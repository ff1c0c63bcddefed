# What a developer types. `make` alone prints the list.
#
#     make run ARGS="--demo"                 arguments for the program
#     make test TESTS=tests/wire             a part of the tests
#     make setup PYTHON=/opt/python3.13      the interpreter that .venv is made with

.DEFAULT_GOAL := help
.SUFFIXES:
.PHONY: help setup libraries test-libraries bundle-tools run test check bench soak screenshots
.PHONY: bundle packages test-bundle test-packages bench-bundle lock clean

# One thing at a time: two installations at once get in each other's way.
.NOTPARALLEL:

PYTHON ?=
ARGS ?=
TESTS ?=

BIN := .venv/bin
READY := .venv/.ready

# After an upgrade of the system the interpreter of .venv may be gone; then it is made anew.
$(shell test -x $(BIN)/python || rm -f $(READY))

# Tests draw into memory: no window appears, and none is needed.
PYTEST := QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest

help: ## Print this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | \
	    while IFS='|' read -r name text; do printf '  make %-14s %s\n' "$$name" "$$text"; done

setup: libraries $(READY) ## Make .venv with everything in it; does nothing when it is up to date

run: setup ## Start the program
	$(BIN)/kisopt-gui $(ARGS)

# A file's tests stay in one process, so that two cores do not fight over one broker or one screen.
test: test-libraries setup ## Run the tests
	$(PYTEST) -n 2 --dist loadfile $(TESTS)

check: setup ## Style, types and import rules, then the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	@$(MAKE) --no-print-directory test

bench: setup ## Measure speed
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m benchmarks $(ARGS)

soak: setup ## Run the tests that take minutes
	$(PYTEST) -m soak --timeout 7200 $(TESTS)

bundle: bundle-tools setup ## Build the double-click program, dist/kisopt/
	$(BIN)/python packaging/bundle.py

packages: bundle ## Pack it: dist/*.tar.xz and dist/*.deb
	$(BIN)/python packaging/linux/archive.py dist/kisopt dist
	$(BIN)/python packaging/linux/deb.py dist/kisopt dist

# The tests start Xvfb themselves; they see the built program only, not the sources.
test-bundle: test-libraries bundle ## Build the program and try it as its user would
	$(PYTEST) -m bundle --timeout 300 $(or $(TESTS),tests/bundle)

test-packages: packages ## Install the packages in a bare Debian and start them; needs root
	packaging/linux/bare-debian.sh

bench-bundle: test-libraries bundle ## Size, start and memory of the program beside a bare window's
	xvfb-run --auto-servernum --server-args "-screen 0 1920x1080x24" \
	    $(BIN)/python -m benchmarks.bundle

screenshots: setup ## Draw the pictures of the documentation anew
	QT_QPA_PLATFORM=offscreen $(BIN)/python packaging/screenshots.py $(ARGS)

# Versions in the old lock are kept where they still fit; ARGS=--upgrade takes the newest.
lock: setup ## Write requirements.lock after a change in pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --output-file requirements.lock --quiet \
	    --universal --python-version 3.11 --fork-strategy fewest --only-binary :all: \
	    --generate-hashes --no-annotate --no-emit-index-url \
	    --custom-compile-command "make lock" $(ARGS)

clean: ## Remove what was built or cached; .venv stays
	rm -rf build dist .coverage htmlcov .hypothesis \
	    .import_linter_cache .mypy_cache .pytest_cache .ruff_cache *.egg-info
	find . -path ./.venv -prune -o -name __pycache__ -type d -exec rm -rf {} +

# ---

libraries:
	@PYTHON="$(PYTHON)" packaging/linux/system-libraries.sh

test-libraries:
	@PYTHON="$(PYTHON)" packaging/linux/system-libraries.sh --test

bundle-tools:
	@PYTHON="$(PYTHON)" packaging/linux/system-libraries.sh --bundle

# What is installed is what the lock lists: pip resolves nothing (an extra such as coverage[toml] would
# send it past the lock's version), each file has a hash there, and nothing is compiled.
$(READY): pyproject.toml setup.py requirements.lock | libraries
	@$(BIN)/python -c 'import pip' 2>/dev/null || { \
	    python=$$(packaging/find-python.sh $(PYTHON)) || \
	        { echo "kisopt: no Python 3.11, 3.12 or 3.13 was found" >&2; exit 1; }; \
	    echo "kisopt: making .venv with $$python"; \
	    rm -rf .venv && "$$python" -m venv .venv; \
	}
	@echo "kisopt: installing what requirements.lock lists"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	    --no-deps --require-hashes --only-binary :all: --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	    --no-deps --no-build-isolation --editable .
	@touch $@
