# The commands of a checkout; `make` lists them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install run experiment test test-full mutation check bench clean

PYTHON ?= python3
# Processes of pytest: 0 runs the tests in one.
JOBS ?= 2

BIN := .venv/bin
PY := $(BIN)/python
PIP := $(PY) -m pip install --quiet --no-input --constraint constraints.txt
PYTEST := $(PY) -m pytest -q
STAMP := .venv/.stamp

BUILD := $(BIN)/atlasgen build specs/*.yaml
PLAY := $(BIN)/atlasgen play tour --agent hasty
AUDIT := $(BIN)/atlasgen audit --seeds 2 --brief
TRAIN := $(PY) train/run.py --config train/configs/tiny_page.toml

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Spinning threads of torch starve the tests on two cores.
export OMP_WAIT_POLICY := PASSIVE
# Nothing here needs a download: a test that asks for one has to fail.
export HF_HUB_OFFLINE := 1
export TRL_EXPERIMENTAL_SILENCE := 1

help: ## Show this text
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP) ## Create .venv with the pinned versions (the other commands do it too)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("atlasgen needs Python 3.11 or newer, not %s: make PYTHON=python3.11" \
	% sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@test -x $(PY) || $(PYTHON) -m venv .venv
	@echo 'installing into .venv'
	@# torch first and alone: a resolver that is free to try its other builds downloads gigabytes.
	@$(PIP) torch
	@$(PIP) hatchling
	@$(PIP) --no-build-isolation --editable '.[train,test]'
	@touch $@

run: $(STAMP) ## Build the environments, play an episode, audit the rewards, train the tiny model
	$(BUILD)
	$(PLAY)
	$(AUDIT)
	$(TRAIN)

experiment: $(STAMP) ## Train all cells of the experiment (hours; a killed one goes on; docs/results/experiment.md)
	$(PY) train/experiment.py

test: $(STAMP) ## Run the tests (minutes)
	$(PYTEST) -n $(JOBS)

test-full: $(STAMP) ## Run the slow tests as well
	$(PYTEST) -n $(JOBS) -m 'not gpu'

mutation: $(STAMP) ## Judge mutants of the rewards by audit and tests (hours; see tests/mutation)
	$(PY) -m tests.mutation --resume

check: $(STAMP) ## Lint, types, and whether generated_envs/ is what the specs say
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict generator/atlasgen rewards train tests generated_envs
	$(BUILD) --check

bench: $(STAMP) ## Measure the emulators and the server against their targets
	$(PY) -m tests.benchmarks
	$(PY) -m tests.benchmarks.serving

clean: ## Remove caches and build outputs (.venv and runs/ stay)
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .benchmarks build dist
	find . -path ./.venv -prune -o -name __pycache__ -type d -exec rm -rf {} +
