# `make` lists what there is. Only Python 3.11 with venv, and make, are assumed.

PYTHON ?= python3.11
PORT ?= 8000
VENV := .venv
PY := $(VENV)/bin/python
export PORT
# Words of whichever newsroom runs here; the demo brings its own.
demo: export NEWSROOM_NAME ?= The Saltmouth Ledger
run: export NEWSROOM_NAME ?= The Saltmouth Ledger
run: export NEWSROOM_MOTTO ?= News of the port, the river and the hill

.DEFAULT_GOAL := help
.PHONY: help install run demo test test-sqlite test-postgresql bench soak check format lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

install: $(VENV)/.run ## make the virtual environment with the locked packages

$(PY):
	@command -v $(PYTHON) >/dev/null || { echo "Attaché needs Python 3.11 or newer: make PYTHON=/path/to/python $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.txt | $(PY)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@touch $@

$(VENV)/.develop: requirements/develop.txt $(VENV)/.run
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/develop.txt
	@touch $@

run: install ## start a demo newsroom and its paper on 127.0.0.1 (PORT=8000)
	@$(PY) manage.py migrate --verbosity 0
	@$(PY) manage.py collectstatic --noinput --verbosity 0
	@$(PY) manage.py rebuild_search --verbosity 0
	@$(PY) manage.py demo
	@$(PY) manage.py serve

test: $(VENV)/.develop test-sqlite test-postgresql ## run the whole suite on SQLite and on PostgreSQL

test-sqlite: $(VENV)/.develop
	@echo "== SQLite =="
	env -u DATABASE_URL $(PY) -m pytest --numprocesses auto

test-postgresql: $(VENV)/.develop
	@echo "== PostgreSQL =="
	$(PY) tests/postgresql.py $(PY) -m pytest --numprocesses auto

bench: $(VENV)/.develop ## measure pages beside Wagtail's, and as the archive grows; desk, search and photo desk, small and large, on SQLite and on PostgreSQL; a long story written; renditions, and pictures out of a storage; pages on a phone; the start; web servers; several nodes, a replica and Redis; pages that nginx holds
	@# What misses a mark says so in its table, and the rest is measured all the same.
	@missed=; \
	for each in pages growth desk search photos writing; do \
		env -u DATABASE_URL $(PY) benchmarks/$$each.py --write || missed="$$missed $$each on SQLite,"; \
		$(PY) tests/postgresql.py $(PY) benchmarks/$$each.py --write || missed="$$missed $$each on PostgreSQL,"; \
	done; \
	$(PY) tests/postgresql.py $(PY) benchmarks/servers.py --write || missed="$$missed servers,"; \
	for each in renditions pictures bucket reading startup nodes edge; do \
		$(PY) benchmarks/$$each.py --write || missed="$$missed $$each,"; \
	done; \
	test -z "$$missed" || { echo "A mark is missed, or more, in:$${missed%,}."; exit 1; }

soak: $(VENV)/.develop ## five minutes of reading while stories change, then again with faults, on SQLite and on PostgreSQL
	env -u DATABASE_URL $(PY) benchmarks/soak.py --write
	env -u DATABASE_URL $(PY) benchmarks/small_disk.py $(PY) benchmarks/soak.py --faults --write
	$(PY) tests/postgresql.py $(PY) benchmarks/soak.py --write
	$(PY) benchmarks/small_disk.py $(PY) tests/postgresql.py $(PY) benchmarks/soak.py --faults --write

check: $(VENV)/.develop ## lint, types, templates, the import contract, migrations, deployment settings
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/djade --check --target-version 5.2 $$(git ls-files --cached --others --exclude-standard 'templates/*.html')
	$(VENV)/bin/lint-imports
	$(PY) manage.py makemigrations --check --dry-run
	SITE_URL=https://news.example SECRET_KEY=only-for-this-check-$$(printf '%060d' 7) \
		$(PY) -W error manage.py check --deploy --fail-level WARNING

format: $(VENV)/.develop ## put code and templates in the house's form
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .
	$(VENV)/bin/djade --target-version 5.2 $$(git ls-files --cached --others --exclude-standard 'templates/*.html')

lock: ## lock the dependencies of pyproject.toml again (needs uv)
	uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11 \
		pyproject.toml --output-file requirements/run.txt
	uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11 \
		pyproject.toml --group develop --output-file requirements/develop.txt
	uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11 \
		benchmarks/wagtail_site/requirements.in --constraint requirements/run.txt \
		--output-file benchmarks/wagtail_site/requirements.txt
	uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11 \
		benchmarks/gunicorn.in --constraint requirements/run.txt --output-file benchmarks/gunicorn.txt

clean: ## remove the environment and everything that can be derived; uploads and the database stay
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache var/static var/renditions var/bench
