# make demo | serve | test | check | bench: each does its own set-up.
RUN := .tools/venv/bin/uv run --frozen
# Else every process would compile all libraries again: five seconds each.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo serve test check bench bench-site corpora setup clean

setup:
	@./setup.sh

demo: setup
	@$(RUN) python -m pipelines.demo

serve: setup
	@$(RUN) sanji serve

test:
	@./setup.sh test
	@$(RUN) pytest -q -n 2 --dist loadgroup --no-loadscope-reorder

check: setup
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .
	@$(RUN) mypy
	@$(RUN) lint-imports
	@$(RUN) yamllint -s models .yamllint.yml dagster.yaml
	@$(RUN) sqlfluff lint models/sql

bench: setup
	@$(RUN) python -m tests.bench

bench-site:
	@./setup.sh test
	@$(RUN) python -m tests.bench.site

# Hostile files, and those of others in CORPORA, through gate and child.
CORPORA ?= ../shared/corpora
corpora: setup
	@$(RUN) python -m tests.corpora $(CORPORA)

clean:
	rm -rf .venv .tools .env
