"""Mesa's batch runner on the simulation, as it is: two dibao lines, three histories each."""

import mesa
import pandas as pd

from model.simulation import Simulation

WORLD = {
    "scenario": "tiny",
    "world.counties": 31,
    "world.townships_per_county": 1,
    "world.households": 310,
    "years.last": 1994,
}


def main() -> None:
    """Run the batch and print the poverty rate of the last year by line."""
    rows = mesa.batch_run(
        Simulation,
        WORLD | {"dibao.urban.line_ratio": [0.15, 0.25], "replicate": [0, 1, 2]},
        number_processes=1,
        data_collection_period=-1,
        display_progress=False,
    )
    table = pd.DataFrame(rows)
    columns = ["poverty_rate/urban", "dibao_line/urban"]
    print(table.groupby("dibao.urban.line_ratio")[columns].agg(["mean", "std"]))


if __name__ == "__main__":
    main()
