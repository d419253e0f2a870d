# Everything a newcomer types. `make` alone lists it.
SHELL := /bin/bash
PREFIX ?= /usr/local
SWIFT ?= swift
PRODUCT ?= tocsin
FUZZ ?=
FUZZ_SECONDS ?= 120
# A generic type is asked for directly: by its mangled name the runtime would search the table of all
# conformances, 13 000 of them, which even a short run did a hundred times. And no symbol is exported,
# for nobody links against the program.
RELEASE := -c release --static-swift-stdlib -Xlinker --no-export-dynamic -Xswiftc -Xfrontend \
  -Xswiftc -disable-concrete-type-metadata-mangled-name-accessors
OWN_SWIFT := Sources Tests Benchmarks/Sources Fuzz/Sources \
  Package.swift Benchmarks/Package.swift Fuzz/Package.swift

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' Makefile

.PHONY: demo
demo: prepare ## replay a recorded outage of a shop and look at the incident
	$(SWIFT) build $(RELEASE) --product tocsin
	@Scripts/demo.sh "$$($(SWIFT) build $(RELEASE) --show-bin-path)/tocsin"

.PHONY: test
test: prepare ## build and run all tests
	$(SWIFT) test

.PHONY: build
build: prepare ## the release binary, Swift's library linked in
	$(SWIFT) build $(RELEASE) --product tocsin

.PHONY: released
released: ## build PRODUCT (tocsin) as it is shipped, and print where it is
	@$(SWIFT) build $(RELEASE) --product $(PRODUCT) >&2
	@echo "$$($(SWIFT) build $(RELEASE) --show-bin-path)/$(PRODUCT)"

.PHONY: install
install: build ## binary, man page and shell completions below PREFIX (/usr/local)
	@Scripts/install.sh "$$($(SWIFT) build $(RELEASE) --show-bin-path)/tocsin" "$(DESTDIR)$(PREFIX)"

.PHONY: deb
deb: build ## a Debian package in this folder
	@Packaging/deb.sh "$$($(SWIFT) build $(RELEASE) --show-bin-path)/tocsin"

.PHONY: lint
lint: ## formatting and documentation of the sources
	$(SWIFT) format lint --strict --recursive --parallel $(OWN_SWIFT)

.PHONY: format
format: ## format the sources in place
	$(SWIFT) format --in-place --recursive --parallel $(OWN_SWIFT)

.PHONY: tidy
tidy: ## imports, lengths, words: the style that is a test
	TOCSIN_FLOOR=0 $(SWIFT) test --filter TidyTests

.PHONY: bench-check
bench-check: prepare ## count the instructions of the micro-benchmarks against their thresholds
	@Benchmarks/count

.PHONY: fuzz
fuzz: prepare ## feed damaged input to every reader under libFuzzer and ASan (FUZZ=target, FUZZ_SECONDS=120)
	@Scripts/fuzz.sh "$(SWIFT)" "$(FUZZ)" "$(FUZZ_SECONDS)"

.PHONY: sanitize
sanitize: prepare ## all tests under AddressSanitizer, then under ThreadSanitizer
	@Scripts/sanitize.sh "$(SWIFT)"

.PHONY: api-fuzz
api-fuzz: prepare ## ask a server whatever its OpenAPI document allows (schemathesis, from PyPI)
	$(SWIFT) build --product tocsin
	@Scripts/api-fuzz.sh "$$($(SWIFT) build --show-bin-path)/tocsin"

.PHONY: peers
peers: build ## ten minutes at 50 000 samples/s among Prometheus, vmagent, node_exporter and Alertmanager
	@Scripts/peers-load.py --tocsin "$$($(SWIFT) build $(RELEASE) --show-bin-path)/tocsin"

.PHONY: security-test
security-test: prepare ## bombs, floods, slow clients and planted secrets against a running server
	@Scripts/security-test.py

.PHONY: page-check
page-check: prepare ## open each page in a headless Chromium (playwright, from PyPI) and keep pictures
	$(SWIFT) build --product tocsin
	@[ -x .build/playwright/bin/python ] || { python3 -m venv .build/playwright && \
	  .build/playwright/bin/pip install --quiet playwright; }
	@.build/playwright/bin/python Scripts/page-check.py --pictures .build/pictures \
	  --tocsin "$$($(SWIFT) build --show-bin-path)/tocsin"

.PHONY: kill-test
kill-test: prepare ## kill a server 200 times, and fail the machine below it
	@Scripts/kill-test.py
	@Scripts/trouble-test.py

.PHONY: compare-prometheus
compare-prometheus: prepare ## ask tocsin and an installed Prometheus the same questions
	$(SWIFT) build --product tocsin
	@Scripts/compare-prometheus.py --tocsin "$$($(SWIFT) build --show-bin-path)/tocsin"

.PHONY: fixtures
fixtures: prepare ## write the recordings in fixtures/ again from their seeds
	@Scripts/fixtures.sh write

.PHONY: check-fixtures
check-fixtures: prepare ## prove that the recordings in fixtures/ come from their seeds
	@Scripts/fixtures.sh check

.PHONY: judgement
judgement: prepare ## measure baselines and root causes on simulated series and the kits (KITS=DIR)
	$(SWIFT) build $(RELEASE) --product tocsin-conformance
	@.ci/judgement "$$($(SWIFT) build $(RELEASE) --show-bin-path)/tocsin-conformance" $(KITS)

.PHONY: locust-check
locust-check: prepare ## prove `tocsin compare` on real runs of Locust (from PyPI) on loopback
	$(SWIFT) build --product tocsin
	@Scripts/locust-check.sh "$$($(SWIFT) build --show-bin-path)/tocsin"

.PHONY: prepare
prepare:
	@Scripts/prepare.sh "$(SWIFT)"

.PHONY: clean
clean: ## remove what was built and the demo's output
	rm -rf .build demo
