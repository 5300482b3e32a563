"""The table of households: where they live, what they earn, own, spend and receive.

Columns that only one policy needs are declared by that policy.
"""

from typing import Annotated

from agents.table import Bool, Column, Float, Float32, Int8, Int16, Int32, Int64, Table, UInt16


class Households(Table):
    """One row a household (户), which stands for ``weight`` real ones."""

    number: Annotated[Int64, Column("number", "running number by which a user asks for it", -1)]
    township: Annotated[Int32, Column("row", "township of the home", -1)]
    county: Annotated[Int32, Column("row", "county-level unit of the home", -1)]
    province: Annotated[Int16, Column("row", "province of the home", -1)]
    urban: Annotated[Bool, Column("flag", "home is in an urban place")]
    hukou_urban: Annotated[Bool, Column("flag", "non-agricultural hukou of the household")]
    hukou_township: Annotated[Int32, Column("row", "township of its registration (户口)", -1)]
    hukou_county: Annotated[Int32, Column("row", "county-level unit of its registration", -1)]
    weight: Annotated[Float, Column("households", "real households it stands for")]
    size: Annotated[Int16, Column("persons", "living members")]
    workers: Annotated[Int8, Column("persons", "members who work")]
    able_workers: Annotated[Int8, Column("persons", "members who work and are not disabled")]
    elders: Annotated[Int8, Column("persons", "members aged 60 and above")]
    disabled: Annotated[Int8, Column("persons", "members with a lasting disability")]
    persistent: Annotated[Float, Column("log points", "persistent income component P")]
    land: Annotated[Bool, Column("flag", "holds contracted farm land")]
    market_income: Annotated[Float, Column("yuan/year", "earnings, farm income, unit pensions")]
    expected_income: Annotated[Float, Column("yuan/year", "market income without passing shocks")]
    regular_share: Annotated[Float, Column("share", "formal earnings and unit pensions in income")]
    transfers: Annotated[Float, Column("yuan/year", "public cash transfers received")]
    contributions: Annotated[Float, Column("yuan/year", "own social insurance contributions")]
    income_per_head: Annotated[Float, Column("yuan/person/year", "income after transfers")]
    assets: Annotated[Float, Column("yuan", "savings net of debt to kin and hospitals")]
    consumption: Annotated[Float, Column("yuan/year", "spending on goods, health care excluded")]
    unit_cover: Annotated[Float, Column("share", "share of inpatient bills that work units pay")]
    insured_cover: Annotated[Float, Column("share", "share of inpatient bills that insurance pays")]
    inpatient_bill: Annotated[Float, Column("yuan/year", "price of the hospital care used")]
    medical_bill: Annotated[Float, Column("yuan/year", "price of the care used")]
    out_of_pocket: Annotated[Float, Column("yuan/year", "care paid by the household")]
    catastrophic: Annotated[Bool, Column("flag", "care took 40% or more of capacity to pay")]
    deprived_years: Annotated[Int8, Column("years", "years in a row below minimum consumption")]
    ill_years: Annotated[Int8, Column("years", "years left of a severe illness that lowers income")]
    tied_to_leaders: Annotated[Bool, Column("flag", "kin or friends among local leaders")]
    reluctance: Annotated[Float32, Column("s.d.", "how hard asking an office is for it; inherited")]
    trust_centre: Annotated[Float32, Column("index", "trust in the central government, 0 to 1")]
    trust_local: Annotated[Float32, Column("index", "trust in the local government, 0 to 1")]
    trust_gongo: Annotated[Float32, Column("index", "trust in hubs run by the state, 0 to 1")]
    trust_ngo: Annotated[Float32, Column("index", "trust in other organisations, 0 to 1")]
    org_links: Annotated[UInt16, Column("bits", "links to organisations, see agents.service_links")]
    links_township: Annotated[Int32, Column("row", "township in which the links are", -1)]
