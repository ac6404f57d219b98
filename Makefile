# Two commands do everything on a fresh Debian or Ubuntu with Python 3.11 or newer: `make demo` and `make test`.
# Set-up may install; the tests themselves touch nothing but loopback.

PYTHON ?= python3
PY     := .venv/bin/python
READY  := .venv/.ready

# What Python compiled is kept, whatever the machine says: programs start in half the time, as installed ones do.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo test sure format lint types soak bench live office clean postgres judges

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

demo: $(READY)  ## a lesson packed, and the main job on a made-up school with both stand-ins (ONCE=1 ends by itself)
	@$(PY) -m sandbox.lesson var/demo/lesson
	.venv/bin/content-packager build var/demo/lesson -f all -o var/demo/packages
	ONCE=$(ONCE) .venv/bin/bridge demo

test: $(READY) postgres judges  ## all tests
	$(PY) -m pytest -n 2 --dist loadgroup $(ARGS)

sure: $(READY) format lint types test  ## format, lint, types, tests: before each commit

format: $(READY)
	.venv/bin/ruff format .

lint: $(READY)
	.venv/bin/ruff check .

types: $(READY)
	.venv/bin/mypy

soak: $(READY) postgres judges  ## the long versions of the random tests (an hour or more; BRIDGE_SOAK_DAYS=50 for less)
	BRIDGE_SOAK=1 $(PY) -m pytest -m soak $(ARGS)

bench: $(READY)  ## measure, and write benchmarks/results.json
	$(PY) -m benchmarks

office: $(READY)  ## filled workbooks opened by LibreOffice Calc, which is installed when missing (about 500 MB)
	@command -v soffice >/dev/null || sh scripts/install-packages libreoffice-calc
	BRIDGE_OFFICE=1 $(PY) -m pytest -m office tests/csdl/workbook $(ARGS)

live: $(READY)  ## the main job from a running Moodle: make live MOODLE_URL=… MOODLE_TOKEN=…
	@test -n "$(MOODLE_URL)" -a -n "$(MOODLE_TOKEN)" || { echo "make live needs MOODLE_URL and MOODLE_TOKEN"; exit 2; }
	MOODLE_URL="$(MOODLE_URL)" MOODLE_TOKEN="$(MOODLE_TOKEN)" $(PY) -m pytest -m live tests/live -s $(ARGS)

$(READY): requirements.txt pyproject.toml
	@sh scripts/make-venv "$(PYTHON)"
	@touch $@

postgres:
	@sh scripts/install-postgres

judges: $(READY)  # what judges our packages from outside: a browser, and npm's schemas and players
	@sh scripts/install-judges

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis var
