"""SALib's own sample and analyze around a simulation: three numbers, Sobol's indices.

`minsheng sensitivity` does this with replicates, a dummy, and runs that survive a kill.
"""

import numpy as np
from SALib import ProblemSpec

from model.simulation import Simulation

WORLD = {
    "world.counties": 31,
    "world.townships_per_county": 1,
    "world.households": 310,
    "years.first": 2008,
    "years.last": 2008,
}
PROBLEM = {
    "names": ["dibao.urban.line_ratio", "dibao.rules.stigma", "health.care.moral_hazard"],
    "bounds": [[0.14, 0.25], [0.0, 0.3], [0.0, 1.0]],
    "outputs": ["poverty rate in towns"],
}


def poverty(rows: np.ndarray) -> np.ndarray:
    """Return the share of the poor in towns for every row of values."""
    found = []
    for row in rows.tolist():
        settings = dict(zip(PROBLEM["names"], row, strict=True))
        sim = Simulation("tiny", **WORLD, **settings).run()
        found.append(sim.latest["poverty_rate/urban"])
    return np.array(found)


def main() -> None:
    """Sample, simulate, analyse, print."""
    spec = ProblemSpec(PROBLEM)
    spec.sample_sobol(4, calc_second_order=False, seed=1)
    spec.evaluate(poverty)
    spec.analyze_sobol(calc_second_order=False, seed=1)
    print(spec.to_df()[0])


if __name__ == "__main__":
    main()
