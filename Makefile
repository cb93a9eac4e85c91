# Two commands are all a newcomer needs: `make run` and `make test`.
PYTHON ?= python3
RUN = $(PYTHON) bootstrap.py
DEV = $(PYTHON) bootstrap.py --dev

.PHONY: help run doctor test check format lock

help:
	@echo "make run      start everything here and print the address and sign-ins"
	@echo "make doctor   say what works, what does not, and the next step"
	@echo "make test     every test that this machine's programs allow"
	@echo "make check    lint, types and the tests that need no database: two minutes"
	@echo "make format   put the code into its standard form"
	@echo "make lock     pin what pyproject.toml asks for, with hashes"

run:
	@$(RUN) manage.py up

doctor:
	@$(RUN) manage.py doctor

test:
	@$(DEV) testing.py

check:
	@$(DEV) testing.py --quick

format:
	@$(DEV) -m ruff format .
	@$(DEV) -m ruff check --fix .

lock:
	@$(DEV) -m uv pip compile --universal --generate-hashes --python-version 3.12 \
		--no-header --no-emit-index-url pyproject.toml -o requirements.txt --quiet
	@$(DEV) -m uv pip compile --universal --generate-hashes --python-version 3.12 \
		--no-header --no-emit-index-url --extra dev pyproject.toml -o requirements-dev.txt --quiet
	@$(DEV) -m uv pip compile --universal --generate-hashes --python-version 3.12 \
		--no-header --no-emit-index-url --extra engine --extra optimizer pyproject.toml \
		-o requirements-engine.txt --quiet
