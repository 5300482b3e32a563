# Everything happens in .venv, which the first target that needs it creates.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: run test patterns validate extremes dead-parameters app check lint bench scale calibrate docs picture clean

run: $(VENV)/.run
	$(BIN)/minsheng run historical --out results/historical --overwrite

# Everything but the directions, which take long; `make test TESTS=tests/patterns` tests them in one
# history.
TESTS ?= tests --ignore tests/patterns
test: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto --dist loadfile $(TESTS)

# The directions in which the model moves, over twenty seeds, and again without the contested
# tournament of leaders; the shares of the seeds go into docs/validation.md. SEEDS= sets another number.
SEEDS ?= 20
DIRECTIONS := results/directions
patterns: $(VENV)/.dev
	mkdir -p $(DIRECTIONS)
	-MINSHENG_SEEDS=$(SEEDS) MINSHENG_TOURNAMENT=off MINSHENG_DIRECTIONS=$(DIRECTIONS)/without.csv \
	$(BIN)/python -m pytest -q -n auto --dist loadfile --tb=no tests/patterns
	MINSHENG_SEEDS=$(SEEDS) MINSHENG_DIRECTIONS=$(DIRECTIONS)/with.csv \
	$(BIN)/python -m pytest -n auto --dist loadfile tests/patterns; status=$$?; \
	$(BIN)/python -m experiments.directions $(DIRECTIONS)/with.csv $(DIRECTIONS)/without.csv \
	&& exit $$status

# Ten seeds of history beside the official figures and the known patterns.
validate: $(VENV)/.run
	$(BIN)/minsheng validate --out results/historical_scorecard --overwrite

# Two hundred worlds with parameters at and between the ends of their ranges.
extremes: $(VENV)/.dev
	MINSHENG_DRAWS=200 $(BIN)/python -m pytest -q -n auto tests/test_extremes.py

# Every parameter moved to an end of its range: whether anything in any world follows.
dead-parameters: $(VENV)/.dev
	$(BIN)/python -m experiments.dead_parameters

# PORT= sets another port. Only this machine reaches it; docs/deploy.md says how others can.
PORT ?= 8765
app: $(VENV)/.dev
	SOLARA_TELEMETRY_MIXPANEL_ENABLE=False SOLARA_THEME_SHOW_BANNER=False \
	SOLARA_KERNEL_CULL_TIMEOUT=1h \
	$(BIN)/solara run app.py --host 127.0.0.1 --port $(PORT) --production --no-check-version

check: lint test

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks.run

# Time and memory of a household-year at 0.1, 1 and 4 million households; some ten gigabytes.
scale: $(VENV)/.dev
	$(BIN)/python -m benchmarks.scale

calibrate: $(VENV)/.dev
	$(BIN)/python -m experiments.calibrate

# The tables of the documents that follow from the code, the parameter files and a run.
docs: $(VENV)/.dev | results/historical/run.json
	$(BIN)/python -m experiments.odd
	$(BIN)/python -m experiments.validate results/historical

picture: $(VENV)/.dev | results/historical/run.json
	$(BIN)/python -m experiments.picture results/historical

results/historical/run.json: | $(VENV)/.run
	$(BIN)/minsheng run historical --out results/historical --overwrite

clean:
	rm -rf $(VENV) build *.egg-info

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Minsheng needs Python 3.11 or newer; name one: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/pip pyproject.toml constraints.txt
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/.dev: $(VENV)/bin/pip pyproject.toml constraints.txt
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@ $(VENV)/.run
