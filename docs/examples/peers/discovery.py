"""Scenario discovery: the patient rule induction method (PRIM) of the EMA workbench on a sweep.

PRIM looks for a box, a range for each of a few uncertainties, in which the cases of interest lie
close together. Here a case is a world in which poverty in towns is in the upper fourth.
"""

import sys
from pathlib import Path

import pandas as pd
from ema_workbench.analysis import prim

from experiments.sweep import Request, sweep

PLAN = Path(__file__).with_name("discovery.yaml")
INTEREST = 0.75


def box(folder: str) -> pd.DataFrame:
    """Do the sweep (or what is left of it) and return the limits of the last box of PRIM."""
    runs = sweep(PLAN, folder, Request("serial")).set_index("run_id")
    uncertainties = [name for name in runs if "." in name]
    wanted = [("outcome", "==", "poverty_rate"), ("group", "==", "urban"), ("year", "==", 2008)]
    outcomes = pd.read_parquet(Path(folder) / "outcomes", filters=wanted).set_index("run_id")
    poverty = outcomes["value"].loc[runs.index]
    of_interest = (poverty >= poverty.quantile(INTEREST)).to_numpy()
    cases = runs[uncertainties].reset_index(drop=True)
    found = prim.Prim(cases, of_interest, threshold=0.5, peel_alpha=0.1).find_box()
    shown = found.peeling_trajectory[["coverage", "density", "mass", "res_dim"]]
    print(shown.tail(1).round(2).to_string(index=False))
    return found.box_lims[-1]


if __name__ == "__main__":
    print(box(sys.argv[1] if len(sys.argv) > 1 else "results/discovery"))
