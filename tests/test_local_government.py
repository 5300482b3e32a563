"""County budgets (rule a.3), worked by hand on each side of what a county needs."""

import pytest

from agents.local_government import set_budgets, spend_the_rest
from tests.small_county import Given
from tests.small_tables import counties

BUDGET = Given(revenue_share=0.2, local_revenue_share=0.5, national_revenue_per_head=100,
               need_share=0.75, transfer_fill=0.8, committed_share=0.9)  # fmt: skip


@pytest.mark.parametrize(
    ("product", "population", "expected"),
    [
        pytest.param(1000, 4, (100, 300, 160, 26), id="poor: transfers fill 0.8 of the gap of 200"),
        pytest.param(2999, 4, (299.9, 300, 0.08, 29.998), id="just short of its need"),
        pytest.param(3000, 4, (300, 300, 0, 30), id="just able to meet its need"),
        pytest.param(8000, 4, (800, 300, 0, 530), id="rich: what is above the need is room"),
    ],
)
def test_county(product, population, expected):
    table = counties(product=product, population=population)
    set_budgets(table, BUDGET)
    found = [table[name][0] for name in ("own_revenue", "need", "transfer", "room")]
    assert found == pytest.approx(expected)


@pytest.mark.parametrize(
    ("balance", "assistance", "services", "left"),
    [(0, 30, 170, 0), (0, 200, 0, 0), (0, 250, 0, -50), (-50, 30, 120, 0), (-300, 30, 0, -130)],
)
def test_county_cuts_services_first_and_then_runs_up_and_pays_back_arrears(
    balance, assistance, services, left
):
    table = counties(own_revenue=100, transfer=60, earmarked=40, balance=balance,
                     assistance=assistance)  # fmt: skip
    spend_the_rest(table)
    assert (table.services[0], table.balance[0]) == (services, left)
