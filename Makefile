# lscctl: `make demo` shows it at work, `make test` proves it. Both need only Python 3.11+ and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEBIAN_PACKAGES := chromium cmark-gfm curl default-jre-headless fish fonts-dejavu-core groff groovy mandoc openssl \
	php-cli php-soap poppler-utils prometheus prometheus-node-exporter shellcheck systemd tmux zsh

.PHONY: help demo test test-system system-packages lint style clean

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/installed ## Start the embedded CUCM and put LSCs on its 8845 phones
	@state=$$(mktemp -d) && trap 'rm -rf "$$state"' EXIT && \
	LSCCTL_STATE_DIR="$$state" $(BIN)/lscctl bulk-install --cluster sim --model 8845 --yes

# mypy keeps one processor busy while tests, four at a time, often wait: so they run side by side, and what mypy says comes last.
# All four would compile all tests at a first run: one does so before, while mypy has the other processor.
test: style ## Lint, types, import contracts and all tests that need only Python
	@types=$$(mktemp); trap 'rm -f "$$types"' EXIT; \
	$(BIN)/mypy >"$$types" 2>&1 & typing=$$!; \
	$(BIN)/pytest --collect-only -qq >/dev/null; \
	$(BIN)/pytest -n 4 --dist worksteal; tests=$$?; \
	wait $$typing; typed=$$?; \
	cat "$$types"; exit $$((tests ? tests : typed))

lint: style
	$(BIN)/mypy

style: $(VENV)/developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

test-system: system-packages $(VENV)/system ## Tests that need system tools; installs them from Debian's packages and PyPI
	$(BIN)/pytest -m system -n 3 --dist loadfile tests/system

system-packages:
	@dpkg-query --show --showformat '$${db:Status-Status}\n' $(DEBIAN_PACKAGES) 2>&1 | grep -qv '^installed$$' || exit 0; \
	root=$(if $(filter 0,$(shell id -u)),,sudo); \
	$$root apt-get update -qq && $$root apt-get install -y -qq --no-install-recommends $(DEBIAN_PACKAGES)

clean: ## Remove everything that make made
	rm -rf $(VENV) build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "lscctl needs Python 3.11 or newer: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/developing: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/installed

$(VENV)/system: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,system]'
	@touch $@ $(VENV)/installed $(VENV)/developing
