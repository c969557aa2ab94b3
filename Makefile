# Everything a developer runs. Needs bash, git, make and a Python from 3.8 on; what more a target
# can use (bubblewrap, shellcheck, bats, busybox, Go) it says when it is missing.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV ?= .venv
READY := $(VENV)/ready
RUN := PYTHONPATH=python:. $(VENV)/bin/python
# Ruff reads the patterns in its settings from the folder that it starts in.
RUFF := cd python && $(abspath $(VENV))/bin/python -m ruff
SOURCES := python/secguard tools tests src/orb/scripts
FROM_PYTHON := secguard ../tools ../tests ../src/orb/scripts
SETTINGS := python/pyproject.toml
# Many tests wait, for servers that are slow on purpose.
WORKERS ?= $(shell expr 2 '*' "$$(getconf _NPROCESSORS_ONLN || echo 1)")
COSIGN := github.com/sigstore/cosign/v3/cmd/cosign@v3.0.5
CRANE := github.com/google/go-containerregistry/cmd/crane@v0.20.3
CIRCLECI := github.com/CircleCI-Public/circleci-cli@v0.1.47860

.PHONY: help
help: ## Show what can be made.
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

.PHONY: run
run: $(READY) ## Run the packed orb's job here; CONFIG=path of a repository or of a file.
	@$(RUN) -m tools.pack_orb > /dev/null
	@$(RUN) -m tools.run_orb $(if $(CONFIG),"$(CONFIG)")

.PHONY: test
test: $(READY) ## Run all tests; the last lines name what did not run, and why.
	@if command -v go >/dev/null; then $(MAKE) --no-print-directory cli crane; fi
	@$(RUN) -m pytest -c $(SETTINGS) -n $(WORKERS) tests

.PHONY: coverage
coverage: $(READY) ## Run the tests once more and say what they do not reach.
	@$(RUN) -m coverage run --data-file build/coverage --source python/secguard -m pytest \
	-c $(SETTINGS) tests
	@$(RUN) -m coverage report --data-file build/coverage --skip-covered --show-missing

.PHONY: check
check: lint types test docs twice verify-bundle ## All that a change has to pass.

.PHONY: lint
lint: $(READY) ## Lint and compare the format.
	@$(RUFF) check $(FROM_PYTHON)
	@$(RUFF) format --check $(FROM_PYTHON)
	@if command -v shellcheck >/dev/null; then shellcheck src/orb/scripts/*.sh .ci/run; \
	else printf 'not run: shellcheck, which is not installed\n'; fi

.PHONY: types
types: $(READY) ## Check the types.
	@$(RUN) -m mypy --config-file $(SETTINGS) $(SOURCES)

.PHONY: reformat
reformat: $(READY) ## Format, and fix what can be fixed.
	@$(RUFF) check --fix $(FROM_PYTHON)
	@$(RUFF) format $(FROM_PYTHON)

.PHONY: bundle
bundle: $(READY) ## Build the bundles and say what they weigh.
	@$(RUN) -m tools.build_bundle

.PHONY: twice
twice: $(READY) ## Build the bundle twice, under different circumstances, and compare.
	@$(RUN) -m tools.build_bundle build/twice/one
	@umask 077; TZ=Asia/Tokyo PYTHONHASHSEED=1 $(RUN) -m tools.build_bundle build/twice/two
	@diff -r build/twice/one build/twice/two && printf 'both builds are the same\n'

.PHONY: pack
pack: $(READY) ## Stage the orb in build/orb and pack it into build/orb.yml.
	@$(RUN) -m tools.pack_orb

.PHONY: verify-bundle
verify-bundle: pack ## Prove that a packed orb carries what this tree builds; ORB=path.
	@$(RUN) -m tools.verify_bundle $(ORB)

.PHONY: bench
bench: pack ## Measure times and sizes and write docs/benchmarks.md.
	@$(RUN) -m tools.bench

.PHONY: docs
docs: $(READY) ## Compare the generated parts of the documentation with the code.
	@$(RUN) -m tools.readme --check

.PHONY: table
table: $(READY) ## Write the table of rules in README.md.
	@$(RUN) -m tools.readme

.PHONY: cli
cli: build/bin/circleci ## Build CircleCI's own command line, to compare the packed orbs; needs Go.

# Not `go install`, which asks the module proxy for more than this one version.
build/bin/circleci:
	@mkdir -p build/bin
	@cd "$$(cd build && go mod download -json $(CIRCLECI) | sed -n 's/.*"Dir": "\(.*\)",/\1/p')" \
	&& go build -o "$(CURDIR)/$@" . || printf 'not built: the CircleCI CLI\n'

.PHONY: crane
crane: build/bin/crane ## Build crane, to compare the digests of images; needs Go.

build/bin/crane:
	@GOBIN="$(CURDIR)/build/bin" go install $(CRANE) || printf 'not built: crane\n'

.PHONY: cosign
cosign: build/bin/cosign ## Build cosign, to make signatures and to compare; needs Go, and minutes.

build/bin/cosign:
	@GOBIN="$(CURDIR)/build/bin" go install -trimpath -ldflags '-s -w' $(COSIGN) \
	|| printf 'not built: cosign\n'

.PHONY: lock
lock: ## Write python/requirements/dev.txt anew; needs uv.
	@cd python/requirements && { printf '# Written by `make lock` from dev.in.\n'; \
	uv pip compile --quiet --universal --python-version 3.8 --generate-hashes --no-header \
	--no-annotate dev.in; } > dev.new && mv dev.new dev.txt

.PHONY: clean
clean: ## Remove what was built.
	@rm -rf build $(VENV)

$(READY): python/requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 8))' || { \
	printf 'needs Python 3.8 or later: set PYTHON=/path/to/python3\n' >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
	printf 'this Python cannot make virtual environments: install python3-venv, or set ' >&2; \
	printf 'PYTHON to one that can\n' >&2; exit 2; }
	@$(PYTHON) -m venv --clear $(VENV)
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
	--requirement $<
	@touch $@
