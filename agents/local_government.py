"""County governments as a table, and their money: revenue, transfers, room (rule a.3)."""

from typing import Annotated

import numpy as np

from agents.protocols import Parameters
from agents.table import Column, Float, Int8, Int16, Int32, Table


class Counties(Table):
    """One row a county-level unit (县级单位) of the sample, money in real-population yuan."""

    code: Annotated[Int32, Column("division code", "official code of 2023")]
    province: Annotated[Int16, Column("row", "province", -1)]
    kind: Annotated[Int8, Column("COUNTY_TYPES", "metro district, city or rural county")]
    weight: Annotated[Float, Column("counties", "real county-level units it stands for")]
    priority: Annotated[Float, Column("log points", "structural income of the place, first year")]
    population: Annotated[Float, Column("persons", "residents, last year")]
    urban_hukou: Annotated[Float, Column("persons", "residents with non-agricultural hukou")]
    rural_hukou: Annotated[Float, Column("persons", "residents with agricultural hukou")]
    urban_income: Annotated[Float, Column("yuan/person", "mean income, urban places, last year")]
    rural_income: Annotated[Float, Column("yuan/person", "mean income, rural places, last year")]
    product: Annotated[Float, Column("yuan/year", "gross local product")]
    own_revenue: Annotated[Float, Column("yuan/year", "local taxes and fees")]
    transfer: Annotated[Float, Column("yuan/year", "general transfers from above")]
    earmarked: Annotated[Float, Column("yuan/year", "the centre's share of named schemes")]
    need: Annotated[Float, Column("yuan/year", "standard spending need")]
    room: Annotated[Float, Column("yuan/year", "money left after payroll and mandates")]
    assistance: Annotated[Float, Column("yuan/year", "social assistance paid")]
    schemes: Annotated[Float, Column("yuan/year", "paid for insurance, newcomers, poverty work")]
    services: Annotated[Float, Column("yuan/year", "all other spending")]
    balance: Annotated[Float, Column("yuan", "accumulated balance; below zero: arrears")]
    stability_money: Annotated[Float, Column("yuan/year", "spent on keeping order")]
    effort_civil: Annotated[Float, Column("ratio", "delivery of civil affairs, 1: as usual", 1)]
    effort_insurance: Annotated[Float, Column("ratio", "delivery of social security", 1)]
    effort_medical: Annotated[Float, Column("ratio", "delivery of medical insurance", 1)]
    effort_education: Annotated[Float, Column("ratio", "delivery of education", 1)]
    effort_poverty: Annotated[Float, Column("ratio", "delivery of poverty work", 1)]
    unrest: Annotated[Float, Column("share", "households in collective claims seen last year")]
    claims_rate: Annotated[Float, Column("claims/household", "claims last year")]
    incident: Annotated[Int8, Column("flag", "a collective incident became known last year")]
    reporting: Annotated[Float, Column("log points", "shift of what the county reports")]


def set_budgets(counties: Counties, parameters: Parameters) -> None:
    """Set revenue, transfers and room of the year.

    R = t x product; T = fill x max(need - R, 0); room = R + T - committed spending.

    Reads ``product``, ``population`` (last year's); writes ``own_revenue``, ``need``,
    ``transfer``, ``room``. Source: rule a.3.
    """
    local_rate = parameters.number("fiscal.budget.revenue_share") * parameters.number(
        "fiscal.budget.local_revenue_share"
    )
    counties.own_revenue = local_rate * counties.product
    per_head = parameters.number("fiscal.budget.national_revenue_per_head")
    counties.need = counties.population * per_head * parameters.number("fiscal.budget.need_share")
    gap = np.maximum(counties.need - counties.own_revenue, 0)
    counties.transfer = parameters.number("fiscal.budget.transfer_fill") * gap
    money = counties.own_revenue + counties.transfer
    committed = parameters.number("fiscal.budget.committed_share")
    counties.room = money - committed * np.minimum(counties.need, money)
    counties.earmarked[:] = 0
    counties.assistance[:] = 0
    counties.schemes[:] = 0


def spend_the_rest(counties: Counties) -> None:
    """Spend on services what assistance and other schemes left, and carry the balance.

    Services are cut before a deficit is run: a county in arrears (balance below zero) first pays
    back out of the year's money. Reads all money columns; writes ``services``, ``balance``.
    """
    money = counties.own_revenue + counties.transfer + counties.earmarked
    available = counties.balance + money - counties.assistance - counties.schemes
    counties.services = np.maximum(available, 0)
    counties.balance = available - counties.services
