"""What a reform costs governments for each person-year of cover, and of no poverty."""

import pandas as pd

from experiments.pairs import POOR_PERSONS, PUBLIC_COST

LIFTED = "out of poverty"


def costs(table: pd.DataFrame) -> pd.DataFrame:
    """Return what a person-year of cover and of no poverty costs, over all years.

    Cost is what governments pay outside themselves but for payroll and general services, which
    take what is left; yuan of the years.

    Parameters
    ----------
    table : DataFrame
        As `bands.effects` returns it.

    Returns
    -------
    DataFrame
        Columns reform, what (a scheme, or `LIFTED`), cost, person_years, yuan_each; the last is
        null where nobody more is covered or lifted out.
    """
    whole = ["reform", "outcome", "scheme"]
    of_all = table[table["group"] == "all"]
    summed = of_all.groupby(whole, sort=False)["difference"].sum().reset_index()
    cost = summed[summed["outcome"] == PUBLIC_COST].set_index("reform")["difference"]
    covered = summed[summed["outcome"] == "covered_persons"]
    covered = covered.assign(what=covered["scheme"], person_years=covered["difference"])
    poor = summed[summed["outcome"] == POOR_PERSONS]
    lifted = poor.assign(what=LIFTED, person_years=-poor["difference"])
    found = pd.concat([covered, lifted])[["reform", "what", "person_years"]]
    found.insert(2, "cost", found["reform"].map(cost).astype(float))
    found["person_years"] = found["person_years"].astype(float)
    more = found["person_years"] > 0
    found["yuan_each"] = (found["cost"] / found["person_years"]).where(more)
    return found[found["person_years"] != 0].reset_index(drop=True)
