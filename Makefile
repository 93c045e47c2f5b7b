# Two commands: `make demo` reads, `make test` proves. Each does all set-up on a fresh machine.
.DEFAULT_GOAL := help
SHELL := /bin/bash
UV := .tools/bin/uv
RUN := $(UV) run --frozen --no-sync
export UV_PYTHON_DOWNLOADS ?= never
export UV_PYTHON_PREFERENCE ?= system

.PHONY: help demo test prove bench lint types messages environment exports notebooks data picture setup bench-setup browser uv

help:  ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

# uv when it is missing: into a folder of the project's own, so no root and no PEP 668 trouble
uv:
	@command -v python3 >/dev/null || { echo "The workbench needs Python 3.11 or newer; there is no python3 here." >&2; exit 1; }
	@python3 tools/bring_uv.py .tools >/dev/null

setup: uv
	@$(UV) sync --frozen --quiet

browser: setup
	@$(RUN) python tools/bring_chromium.py >/dev/null

demo: uv  ## reports from the bundled demo data; prints their paths
	@$(UV) sync --frozen --quiet --no-dev --inexact
	@$(RUN) workbench demo

test: setup browser  ## every test: units, doctests, notebooks, browser, lint, types
	@$(RUN) python tools/test_all.py

bench-setup: uv
	@$(UV) sync --frozen --quiet --group bench --all-extras

prove: bench-setup browser  ## simulations, mutations and version matrices at full size (hours)
	@$(RUN) pytest -m prove -p no:cacheprovider tests
	@$(RUN) python benchmarks/stale.py

bench: bench-setup  ## ratios against named peers, in one run
	@$(RUN) python benchmarks/run_all.py

lint: setup  ## ruff, both ways
	@$(RUN) ruff check . && $(RUN) ruff format --check .

types: setup  ## pyright, strict
	@$(RUN) pyright

messages: setup  ## collect and compile the Swedish texts
	@$(RUN) python tools/messages.py

environment: setup  ## environment.yml from pyproject.toml and uv.lock
	@$(RUN) python tools/environment.py

exports: uv  ## the lock for other tools, into dist/: pip with hashes, pylock.toml, CycloneDX
	@mkdir -p dist
	@$(UV) export --frozen --quiet --no-dev --format requirements.txt --output-file dist/requirements.txt >/dev/null
	@$(UV) export --frozen --quiet --no-dev --format pylock.toml --output-file dist/pylock.toml >/dev/null
	@$(UV) export --frozen --quiet --no-dev --format cyclonedx1.5 --output-file dist/sbom.json >/dev/null
	@ls dist/requirements.txt dist/pylock.toml dist/sbom.json

data: setup  ## the demo data, byte for byte
	@$(RUN) python -m workbench.inputs.demo

notebooks: setup  ## run the tracked notebooks again and keep their outputs
	@$(RUN) python tools/notebooks.py

picture: setup browser  ## the README's picture of the demo report
	@$(RUN) python tools/picture.py
