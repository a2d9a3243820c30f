# Everything runs in .venv, which is built from the hashed locks and rebuilt when they change.
PYTHON = python3
PORT = 8000
DATA = data
SIZE = 100000
ROUNDS = 5
ARGS =
LOCK_ARGS =
export PORT DATA
unexport PYTHONDONTWRITEBYTECODE # every start would compile everything anew: five seconds, not two

VENV = .venv/bin/python
EVIDENCE = .venv/bin/evidence
# uv is the quick way to install, pip the sure one: uv has to give up early.
UV_PATIENCE = UV_HTTP_CONNECT_TIMEOUT=5 UV_HTTP_TIMEOUT=15 UV_HTTP_RETRIES=1
COMPILE = $(VENV) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header $(LOCK_ARGS)

.PHONY: help run test lint format lock sbom audit image bench clean

help: ## Show these lines
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-8s %s\n", $$1, $$2}' Makefile

run: .venv/.runtime .venv/bin/evidence ## Migrate, seed and serve [PORT=8000] [DATA=data, a folder]
	@mkdir -p "$$DATA" && DATA=$$(cd "$$DATA" && pwd) && \
	export EVIDENCE_DATABASE_URL="sqlite:///$$DATA/evidence.db" && \
	$(EVIDENCE) migrate && $(EVIDENCE) seed && exec $(EVIDENCE) serve --port "$$PORT"

test: .venv/.dev .venv/bin/evidence ## Run the tests [ARGS="-k filters"]
	$(VENV) -m pytest -n auto --dist worksteal $(ARGS)

lint: .venv/.dev ## Check style, types and the Dockerfile
	$(VENV) -m ruff check
	$(VENV) -m ruff format --check
	$(VENV) -m mypy
	if [ -x .venv/bin/hadolint ]; then .venv/bin/hadolint Dockerfile; fi

format: .venv/.dev ## Format the code and mend what can be mended
	$(VENV) -m ruff format
	$(VENV) -m ruff check --fix

lock: .venv/.dev ## Write the locks anew from pyproject.toml [LOCK_ARGS=--upgrade]
	$(COMPILE) pyproject.toml --output-file requirements.lock
	$(COMPILE) pyproject.toml --group dev --constraint requirements.lock \
		--output-file requirements-dev.lock
	$(COMPILE) --group bench --output-file requirements-bench.lock

sbom: .venv/.python ## Write dist/sbom.json: what the program is made of (CycloneDX)
	@mkdir -p dist
	$(VENV) .ci/sbom.py > dist/sbom.json

audit: .venv/.dev ## Ask whether packages of requirements.lock are known to be vulnerable
	@$(UV_PATIENCE) $(VENV) -m uv tool run pip-audit --version > /dev/null 2>&1 || { \
	echo "pip-audit cannot be had here: nothing was audited." >&2; exit 1; }
	@$(VENV) -m uv tool run pip-audit --strict --disable-pip --require-hashes --timeout 15 \
	--requirement requirements.lock || { \
	echo "A package is vulnerable, or its data could not be had: see above which." >&2; exit 1; }

image: ## Build the image evidence-base, where a Docker daemon runs
	docker build --tag evidence-base .

bench: .venv/.runtime .venv-bench/.installed ## Measure speed [SIZE=100000] [ROUNDS=5] [ARGS=--help]
	$(VENV) -m benchmarks.run --size $(SIZE) --rounds $(ROUNDS) $(ARGS)

clean: ## Remove .venv and caches; data stays
	rm -rf .venv .venv-bench .hypothesis .mypy_cache .pytest_cache .ruff_cache dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.python: # another PYTHON takes effect after make clean
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	echo "Python 3.11 or newer is needed, and $(PYTHON) is not: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv
	sed -n '/^uv==/,/^ *# via/p' requirements-dev.lock > .venv/uv.lock
	$(VENV) -m pip install --quiet --retries 1 --timeout 15 --require-hashes -r .venv/uv.lock || \
	echo "No uv here: pip will do."
	touch $@

.venv/.runtime: requirements.lock | .venv/.python
	$(UV_PATIENCE) $(VENV) -m uv pip install --quiet --python $(VENV) --require-hashes -r $< || \
	$(VENV) -m pip install --quiet --require-hashes -r $<
	touch $@

.venv/.dev: requirements-dev.lock | .venv/.python
	$(UV_PATIENCE) $(VENV) -m uv pip install --quiet --python $(VENV) --require-hashes -r $< || \
	$(VENV) -m pip install --quiet --require-hashes -r $<
	touch $@ .venv/.runtime # the runtime lock is part of this one

# A script, no editable install: that would build a wheel, and so fetch a build backend that no lock
# vouches for. -P keeps an app/ of the folder somebody stands in from being taken for ours.
.venv/bin/evidence: Makefile | .venv/.python
	@printf '%s\n' '#!/bin/sh' \
	'bin=$$(dirname "$$(readlink -f "$$0")")' \
	'export PYTHONPATH="$${bin%/.venv/bin}$${PYTHONPATH:+:$$PYTHONPATH}"' \
	'exec "$$bin/python" -P -m app "$$@"' > $@
	@chmod +x $@

# What the benchmarks compare with is no part of the program, and stays out of its environment.
.venv-bench/.installed: requirements-bench.lock | .venv/.python
	$(PYTHON) -m venv --clear .venv-bench
	$(UV_PATIENCE) $(VENV) -m uv pip install --quiet --python .venv-bench/bin/python --require-hashes -r $< || \
	.venv-bench/bin/python -m pip install --quiet --require-hashes -r $<
	touch $@
