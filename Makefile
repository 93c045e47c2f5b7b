# Two commands: `make demo` reads, `make test` proves. Each does all set-up on a fresh machine.
.DEFAULT_GOAL := help
SHELL := /bin/bash
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
RUN := $(UV) run --frozen
export UV_PYTHON_PREFERENCE ?= system

.PHONY: help demo test prove bench lint types messages environment notebooks setup browser

help:  ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

# uv when it is missing: into a folder of the project's own, so no root and no PEP 668 trouble
$(UV):
	@python3 tools/bring_uv.py .tools

setup: $(UV)
	@$(UV) sync --frozen --quiet

demo: setup  ## reports from the bundled demo data; prints their paths
	@$(RUN) workbench demo

browser: setup
	@$(RUN) python tools/bring_chromium.py

test: setup browser  ## every test: units, doctests, notebooks, browser, lint, types
	@$(RUN) python tools/test_all.py

prove: setup browser  ## simulations, mutations and version matrices at full size (hours)
	@$(UV) sync --frozen --quiet --group bench
	@$(RUN) --group bench pytest -m prove -p no:cacheprovider tests

bench: setup  ## ratios against named peers, in one run
	@$(UV) sync --frozen --quiet --group bench
	@$(RUN) --group bench python benchmarks/run_all.py

lint: setup  ## ruff, both ways
	@$(RUN) ruff check . && $(RUN) ruff format --check .

types: setup  ## pyright, strict
	@$(RUN) pyright

messages: setup  ## collect and compile the Swedish texts
	@$(RUN) python tools/messages.py

environment: setup  ## environment.yml from pyproject.toml and uv.lock
	@$(RUN) python tools/environment.py

notebooks: setup  ## run the tracked notebooks again and keep their outputs
	@$(RUN) python tools/notebooks.py
