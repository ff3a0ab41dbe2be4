# The commands of the README. `make` without a target lists them.

CARGO ?= cargo
# The answers that the tests got, for the comparison with the contract.
ANSWERS := $(CURDIR)/target/answers.ndjson

.DEFAULT_GOAL := help
.PHONY: help setup demo bench check unit examples faults pages browser clients screenshots smoke test

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

setup: ## install what this machine lacks (Debian and Ubuntu; says first what it does)
	@scripts/setup

demo: setup ## build, start the service with a simulated town in it, and stay up
	$(CARGO) run --profile demo --locked -- demo

bench: ## measure everything against its comparison, in about an hour, on a quiet machine
	@DATABASE_URL= scripts/setup
	@CARGO='$(CARGO)' scripts/bench

check: setup ## formatting, lints, links of the docs, and the pure crate by itself
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc --locked --workspace --no-deps --quiet
	$(CARGO) build --locked --package renown-core

# Some tests start a Postgres of their own, even if DATABASE_URL names another.
unit: ## unit and integration tests, and whether they met every status of the contract
	@DATABASE_URL= scripts/setup
	@mkdir -p target && rm -f $(ANSWERS)
	RENOWN_ANSWERS=$(ANSWERS) $(CARGO) test --locked --workspace
	RENOWN_ANSWERS=$(ANSWERS) $(CARGO) test --locked --test contract -- --ignored

examples: ## choose the examples of the contract anew, from the answers of `make unit`
	RENOWN_ANSWERS=$(ANSWERS) RENOWN_EXAMPLES=write $(CARGO) test --locked --test contract -- --ignored

faults: ## try kills, start races, wrong clocks, mixed versions for long, and say what held
	@DATABASE_URL= scripts/setup
	CARGO='$(CARGO)' scripts/faults

pages: ## check and build the pages, and whether what is committed is what is built
	@scripts/setup pages
	npm --prefix web ci --no-audit --no-fund
	npm --prefix web run check
	npm --prefix web run test
	npm --prefix web run build
	npm --prefix web run size
	@test -z "$$(git status --porcelain -- web/dist)" || \
	    { git status --short -- web/dist; echo "web/dist is not what is built: commit it"; exit 1; }

browser: ## test the pages in Chromium, beside a demo of their own
	@DATABASE_URL= scripts/setup pages
	scripts/with-demo npm --prefix web run browser

clients: ## check the clients, test them against the real service, build their packages
	@DATABASE_URL= scripts/setup clients
	$(CARGO) build --locked --quiet
	scripts/clients

screenshots: ## photograph every page into target/screenshots, light, dark and on a phone
	@DATABASE_URL= scripts/setup pages
	npm --prefix web ci --no-audit --no-fund
	scripts/with-demo npm --prefix web run screenshots

smoke: ## start the demo, run the curl lines that it prints, stop it
	@DATABASE_URL= scripts/setup
	scripts/smoke

test: check pages unit browser clients smoke ## everything that CI runs
