# The one list of commands. GNU make 4 and a POSIX shell; `make` alone prints the list.

CARGO  ?= cargo
TARGET  = $(or $(CARGO_TARGET_DIR),target)
XTASK   = $(TARGET)/debug/xtask
# Built together, so that cargo resolves their features once and builds each dependency once.
SERVERS = -p wf-graphql -p wf-rest -p xtask
# Checked one by one, so that no crate lives on a feature or a dependency of its neighbours.
ALONE   = wf-model wf-argo wf-backend wf-service wf-runtime wf-graphql wf-rest xtask
FUZZ_SECONDS ?= 30

.DEFAULT_GOAL := help
.PHONY: help demo run test lint fmt doc alone bench clients browser fuzz deny

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: servers ## Run the example workflow end to end on this machine, and show its output
	@$(XTASK) demo

run: servers ## Serve both APIs on 127.0.0.1:8080 and :8081 until Ctrl-C
	@$(XTASK) run

test: ## Run every Rust test; needs nothing but Rust, make and a C compiler
	$(CARGO) test --workspace --locked

lint: fmt clippy doc alone ## Check formatting, clippy, rustdoc, and that each crate compiles alone

bench: ## Print the measured ratios of docs/performance.md (release build; takes minutes)
	$(CARGO) build --release --locked $(SERVERS)
	@$(TARGET)/release/xtask bench

clients: servers ## Generate the TypeScript clients, compile them, run their stories (needs Node and npm)
	@$(XTASK) clients

browser: servers ## Open the page of wf-graphql in headless Chromium (needs Node, npm and Chromium)
	@$(XTASK) browser

fuzz: ## Fuzz every parser for FUZZ_SECONDS each (needs cargo-fuzz)
	@cd fuzz && for target in $$($(CARGO) fuzz list); do \
		echo "fuzz $$target"; \
		RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=$(abspath $(TARGET))/fuzz \
			$(CARGO) fuzz run $$target -- -max_total_time=$(FUZZ_SECONDS) || exit 1; \
	done

deny: ## Check licences, sources and advisories of dependencies (needs cargo-deny)
	$(CARGO) deny check bans licenses sources

# --- steps of the above -----------------------------------------------------------------------

.PHONY: servers clippy
servers:
	@$(CARGO) build --locked $(SERVERS)

fmt:
	$(CARGO) fmt --all --check

clippy:
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings

doc:
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --locked

alone:
	@for crate in $(ALONE); do \
		echo "check $$crate alone"; \
		$(CARGO) check --quiet --locked -p $$crate || exit 1; \
	done
	@echo "check wf-backend with its embedded backend alone"
	@$(CARGO) check --quiet --locked -p wf-backend --no-default-features --features embedded
