# One definition of clean: `make check`. .ci/run and pre-commit call these targets and keep no list of their own.
# The tools come from .venv when there is one, else from PATH; `make BIN=/some/venv/bin check` takes them from there.

BIN ?= $(if $(wildcard .venv/bin),.venv/bin)
tool = $(if $(BIN),$(BIN)/)$(1)
PYTEST_ARGS ?=
FAULTS_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help check format lint types layers test faults mutants fix mail-tools

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

check: ## everything, fastest first: format, lint, types, layers, test
	@$(MAKE) --no-print-directory format
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory types
	@$(MAKE) --no-print-directory layers
	@$(MAKE) --no-print-directory test

format: ## is every file formatted? changes nothing
	$(call tool,ruff) format --check .

lint: ## ruff's rules
	$(call tool,ruff) check .

types: ## mypy --strict
	$(call tool,mypy)

layers: ## the import contracts: layers, and one door a library
	$(call tool,lint-imports)

test: ## what `.venv/bin/pytest` runs, on two cores; PYTEST_ARGS="-k guard" picks
	$(call tool,pytest) $(PYTEST_ARGS)

faults: ## the whole fault suite, its table and its violations; FAULTS_ARGS="--sample --layer inject" picks
	$(if $(BIN),$(BIN)/)python3 -m tests.faults $(FAULTS_ARGS)

mutants: ## each protection of the archive removed in turn: which layer misses it?
	$(if $(BIN),$(BIN)/)python3 -m tests.faults.mutants

mail-tools: ## what checks the HTML of a message, from npm, into tests/mail/node_modules; the tests skip without it
	$(if $(BIN),$(BIN)/)python3 -m tests.mail.tools

fix: ## format, and mend what ruff can mend by itself
	$(call tool,ruff) format .
	$(call tool,ruff) check --fix .
