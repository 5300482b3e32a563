"""An EMA workbench model around a run: a lever, two uncertainties, two outcomes."""

from ema_workbench import Model, RealParameter, ScalarOutcome, SequentialEvaluator

from model.simulation import Simulation

WORLD = {
    "world.counties": 31,
    "world.townships_per_county": 1,
    "world.households": 310,
    "years.first": 2008,
    "years.last": 2008,
}
# Names of the workbench are names of Python; paths of parameters have points.
PATHS = {
    "line": "dibao.urban.line_ratio",
    "stigma": "dibao.rules.stigma",
    "hazard": "health.care.moral_hazard",
}


def run(**values: float) -> dict[str, float]:
    """Simulate one experiment of the workbench."""
    settings = {PATHS[name]: value for name, value in values.items()}
    sim = Simulation("tiny", **WORLD, **settings).run()
    return {"poverty": sim.latest["poverty_rate/urban"], "gini": sim.latest["gini"]}


def model() -> Model:
    """Return the model of the workbench."""
    made = Model("minsheng", function=run)
    made.levers = [RealParameter("line", 0.14, 0.25)]
    made.uncertainties = [RealParameter("stigma", 0, 0.3), RealParameter("hazard", 0, 1)]
    made.outcomes = [ScalarOutcome("poverty"), ScalarOutcome("gini")]
    return made


def main() -> None:
    """Run three scenarios under two policies and print what came out."""
    with SequentialEvaluator(model()) as evaluator:
        experiments, outcomes = evaluator.perform_experiments(scenarios=3, policies=2)
    print(experiments[["line", "stigma", "hazard"]].assign(**outcomes))


if __name__ == "__main__":
    main()
