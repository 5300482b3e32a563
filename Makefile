# Everything happens in .venv, which the first target that needs it creates.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test app check bench calibrate clean

run: .venv/run
	$(BIN)/minsheng run historical --out results/historical --overwrite

test: .venv/dev
	$(BIN)/pytest

app: .venv/dev
	SOLARA_TELEMETRY_MIXPANEL_ENABLE=False SOLARA_THEME_SHOW_BANNER=False \
	$(BIN)/solara run app.py --host 127.0.0.1 --no-check-version

check: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest

bench: .venv/dev
	$(BIN)/python -m benchmarks.run

calibrate: .venv/dev
	$(BIN)/python -m experiments.calibrate

clean:
	rm -rf .venv build *.egg-info

.venv/bin/pip:
	$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Minsheng needs Python 3.11 or newer; try: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv .venv

.venv/run: .venv/bin/pip pyproject.toml constraints.txt
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	touch $@

.venv/dev: .venv/bin/pip pyproject.toml constraints.txt
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@ .venv/run
