"""Money of the tiers: what transfers pay, where orders go unpaid, who excludes outsiders."""

import numpy as np
import pytest

YEARS = range(1995, 2011)
# Leaders who think of opening every year, and newcomers at the upper end of what they may cost,
# so that a small world shows what leaders weigh. At the default cost, growth outweighs it.
LEADERS_THINK = {"hukou.opening.mode": "choice", "hukou.choice.review": 1.0,
                 "hukou.load.capital_cost": 3.0, "hukou.load.yearly_cost": 0.4}  # fmt: skip


def by_county(sim, year, *columns):
    """Return columns of the counties of a year, sorted by product per head, poorest first."""
    rows = sim.institutions.table().to_pandas()
    rows = rows[(rows["level"] == "county") & (rows["year"] == year) & (rows["population"] > 0)]
    order = np.argsort((rows["product"] / rows["population"]).to_numpy(), kind="stable")
    return [rows[column].to_numpy()[order] for column in columns]


def of_thirds(above, below):
    """Return the ratio of sums in the poorest and in the richest third."""
    third = len(above) // 3
    return (above[part].sum() / below[part].sum() for part in (slice(third), slice(-third, None)))


@pytest.mark.fitted
def test_the_vertical_gap_is_some_thirty_points(seed, history, national):
    gap = national(history(seed), "vertical_gap")[YEARS]
    assert gap.between(0.2, 0.45).all()
    assert 0.24 < gap.mean() < 0.36


@pytest.mark.fitted
def test_transfers_pay_three_fifths_of_what_counties_spend_in_2003(seed, history, national):
    assert national(history(seed), "transfers_share")[2003] == pytest.approx(0.58, abs=0.05)


@pytest.mark.fitted
def test_the_richest_provinces_spend_more_than_twice_as_much_a_head_as_the_poorest(seed, history):
    # Beijing against Jiangxi is about 3.3 in the world of `historical`; two counties are noise.
    rows = history(seed).record.table().query(
        "level == 'province' and outcome == 'local_spending_per_head' and year == 2010"
    )["value"].sort_values()  # fmt: skip
    assert rows[-3:].mean() > 2 * rows[:3].mean()


@pytest.mark.emergent
def test_orders_go_unpaid_in_poor_places(seed, history):
    for year in (2000, 2010):
        poor, rich = of_thirds(*by_county(history(seed), year, "unfunded", "mandated"))
        assert poor > rich, year


@pytest.mark.emergent
def test_rich_places_top_pensions_up_more(seed, history):
    sim = history(seed, last=2012)
    base = sim.policies["residents_pension"].base
    income = sim.counties.product / np.maximum(sim.counties.population, 1)
    rich = income > np.median(income)
    assert base[rich].mean() > base[~rich].mean()


@pytest.mark.imposed
def test_transfers_pay_the_smallest_part_in_the_rich_east(seed, history):
    table = history(seed).record.table()
    rows = table[(table["year"] == 2010) & (table["level"] == "region")].set_index("area")
    shares = rows[rows["outcome"] == "transfers_share"]["value"]
    assert shares["East"] == shares.min()


@pytest.mark.imposed
def test_places_without_the_money_of_provinces_run_up_arrears(seed, history, national):
    usual = national(history(seed), "arrears_share")
    alone = national(history(seed, {"fiscal.tiers.keep": 0.7}), "arrears_share")
    assert alone[2010] > usual[2010]
    assert usual[YEARS].between(0, 0.3).all()


@pytest.mark.emergent
def test_cities_that_pay_alone_keep_outsiders_out_and_central_money_weakens_it(seed, history):
    open_to = []
    for share in (0.0, 0.8):
        sim = history(seed, LEADERS_THINK | {"hukou.load.upper_share": share}, last=2008)
        counties = sim.counties
        open_to.append(np.average(counties["newcomer_services"], weights=counties.population))
    assert open_to[0] + 0.05 < open_to[1]
