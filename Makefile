# Every target does the set-up it needs. Root (or sudo) is needed where a cluster is made.
SHELL := /bin/bash
SUDO  := $(shell [ "$$(id -u)" = 0 ] || echo "sudo -E env PATH=$$PATH")
BIN   := $(SUDO) .venv/bin

.PHONY: help setup demo test check power bench clean
help:  ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup:  ## system packages, Python and Node packages, as locked
	@./bootstrap

demo: setup  ## cluster, reference platform, the demo stories, the report
	@$(BIN)/sessionproof demo

test: setup  ## the whole test: linters, unit tests, stories, platforms that are wrong on purpose
	@$(BIN)/python -m tests.whole

check: setup  ## linters, types, layers and unit tests only (no root)
	@.venv/bin/python -m tests.whole --only check

power: setup  ## every platform that is wrong on purpose turns its story red
	@$(BIN)/python -m tests.whole --only power

bench: setup  ## figures of cluster, runner and beacon, into docs/benchmarks.md (ten minutes; quiet machine)
	@.venv/bin/uv sync --frozen --all-packages --group bench --quiet
	@$(BIN)/python -m bench

clean: setup  ## take the cluster down, remove outputs; caches stay
	@$(BIN)/sessionproof down --all
	@rm -rf allure-report reports .sessionproof && find allure-results -mindepth 1 ! -name .gitkeep -delete
