# Every target sets up what it needs: Python 3.11 and make are enough.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
JOBS ?= 2

# Packages by uv where it is there, else by pip, which takes longer.
define install
VIRTUAL_ENV=.venv uv pip install -q -r $(1) 2>/dev/null || { \
	  echo "installing $(1) with pip (uv is missing or failed); this takes a minute"; \
	  $(BIN)/python -m pip install -q --disable-pip-version-check -r $(1); }
endef

.PHONY: demo serve test test-pg lint format bench setup

setup: .venv/.dev .env

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.run: requirements.txt | .venv/bin/python
	$(call install,requirements.txt)
	touch $@

.venv/.dev: requirements-dev.txt .venv/.run
	$(call install,requirements-dev.txt)
	touch $@

# Fresh secrets for this machine; never in the repository.
.env: | .venv/bin/python
	umask 077; $(BIN)/python -c "import secrets; print('SECRET_KEY=' + secrets.token_urlsafe(48)); print('FIELD_KEY=' + secrets.token_urlsafe(48))" > .env

# The demo city at http://127.0.0.1:$(PORT); the second time it keeps its data.
demo: .venv/.run .env
	mkdir -p var
	$(MANAGE) migrate -v 0
	$(MANAGE) collectstatic --noinput -v 0
	$(MANAGE) demo --scale small --keep
	$(MAKE) --no-print-directory serve

serve: .venv/.run .env
	$(BIN)/gunicorn partybuild.wsgi --bind 127.0.0.1:$(PORT) --workers 2 --threads 4 --log-level warning

test: setup
	$(BIN)/pytest -n $(JOBS)

# The same tests on the PostgreSQL named by DATABASE_URL, on tables made by the migrations.
test-pg: setup
	@test -n "$$DATABASE_URL" || { echo "DATABASE_URL is not set (.ci/run shows how to borrow a database)"; exit 2; }
	$(BIN)/pytest -n $(JOBS) --migrations

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --quiet --lint templates
	$(MANAGE) check
	$(MANAGE) makemigrations --check --dry-run
	$(BIN)/mypy

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup
	$(BIN)/python -m benchmarks
