"""A sweep of six runs of one year, and how tests do it; its fixtures are in ``conftest.py``."""

import hashlib
import shutil
from pathlib import Path

from experiments.run import no_progress
from experiments.sweep import Request, sweep

LINE = "dibao.urban.line_ratio"
WORLD = "world.counties: 31, world.townships_per_county: 1, world.households: 155"
PLAN = f"""\
scenario: tiny
levers: {{{LINE}: [0.14, 0.20]}}
constants: {{{WORLD}, years.last: 1993}}
replicates: 3
outcomes: {{names: [poverty_rate, coverage, gini]}}
"""
SERIAL = Request("serial")


def bytes_of(folder):
    files = sorted((folder / "outcomes").glob("*.parquet"))
    return [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]


def copied(whole, tmp_path):
    return Path(shutil.copytree(whole, tmp_path / "sweep"))


def do(plan, folder, request=SERIAL, progress=no_progress, tell=print):
    return sweep(plan, folder, request, progress, tell)
