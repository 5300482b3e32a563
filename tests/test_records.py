"""The files of a run are a contract: their columns, their keys, what is null and what is zero."""

import json
import re
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from agents.award import MODES
from agents.claims import CHANNELS, GROUNDS
from agents.founding import REASONS
from agents.official import KINDS
from agents.organisations import NEEDS, SOURCES
from agents.priorities import DEPARTMENTS
from agents.reporting import GAPS
from agents.stability import CHOICES
from agents.trust import TIERS
from model import records
from model.diffusion import Adoptions
from model.geography import REGIONS
from model.outcome_list import BY_POLICY, all_outcomes
from model.scenario import Scenario
from policies.assistance import SCHEMES as ASSISTANCE
from policies.base import discover
from policies.incentives_awards import TOPICS

FILES = {"run.json", "report.html", "outcomes.parquet", "adoptions.parquet", "flows.parquet",
         "accounts.parquet", "institutions.parquet", "lots.parquet",
         "organisations.parquet"}  # fmt: skip
COLUMNS = {
    "outcomes": "year:int16 level:string area:string outcome:string scheme:string group:string "
    "value:double",
    "adoptions": "year:int16 policy:string area:string event:string setting:string reason:string",
    "flows": "year:int16 payer:string payee:string purpose:string yuan:double",
    "accounts": "year:int16 account:string opening:double inflow:double outflow:double "
    "closing:double",
}
DESCRIPTION = {"scenario", "seed", "replicate", "command", "versions", "hashes",
               "bytes_per_household", "peak_memory_bytes", "wall_seconds"}  # fmt: skip
# Names that may be joined by & into a group, in this order.
GROUPS = (
    "urban rural hukou_urban hukou_rural metro city county_seat township",
    "local_urban migrant_outgoing migrant_all elderly children age_16_29 age_30_44 age_45_59",
    " ".join(f"decile_{number}" for number in range(1, 11)),
    "elderly_care migrant_service poverty_casework child_care",
    "state hub incubated grassroots",
    " ".join((*KINDS, *DEPARTMENTS, *CHOICES[1:], *TOPICS)),
    " ".join(("incubator", "migrant_association", *MODES, *REASONS, *SOURCES)),
)
SCHEMES = {"", "worker_pension", "residents_pension", "medical", "worker_medical", "work_injury",
           "unemployment", "maternity", "dibao", *discover(), *ASSISTANCE, "donations", *GAPS,
           *CHANNELS, *GROUNDS, *TIERS, *NEEDS}  # fmt: skip
REPORTED = {"dibao_recipients", "coverage", "covered_persons", "poverty_rate", "exclusion_error",
            "inclusion_error", "claims"}  # fmt: skip
KEY = ["year", "level", "area", "outcome", "scheme", "group"]


@pytest.fixture(scope="module")
def tables(tiny):
    return {name: table.to_pandas() for name, table in records.tables(tiny).items()}


@pytest.fixture(scope="module")
def outcomes(tables):
    texts = ["level", "area", "outcome", "scheme", "group"]
    return tables["outcomes"].astype(dict.fromkeys(texts, "category"))


def test_folder_holds_exactly_the_files_of_the_contract(run_folder):
    assert {path.name for path in run_folder.iterdir()} == FILES
    assert [path.name for path in run_folder.parent.iterdir()] == ["run"]


def columns_of(schema):
    return " ".join(f"{field.name}:{field.type}" for field in schema)


@pytest.mark.parametrize("name", COLUMNS)
def test_files_have_exactly_their_columns_and_types(run_folder, name):
    assert columns_of(pq.read_schema(run_folder / f"{name}.parquet")) == COLUMNS[name]


def test_table_without_rows_keeps_its_columns_and_types(tiny):
    sim = SimpleNamespace(**vars(tiny) | {"adoptions": Adoptions(tiny.counties)})
    assert columns_of(records.tables(sim)["adoptions"].schema) == COLUMNS["adoptions"]


def test_description_has_its_keys_and_gives_the_scenario_back(run_folder):
    description = json.loads((run_folder / "run.json").read_text(encoding="utf-8"))
    assert set(description) == DESCRIPTION
    assert set(description["hashes"]) == {"code", "data", "parameters"}
    assert {"minsheng", "python", "numpy", "mesa"} <= set(description["versions"])
    assert description["command"] == "minsheng run tiny"
    assert Scenario.from_dict(description["scenario"]).years.last == 1996
    assert description["peak_memory_bytes"] > 10**8 > description["bytes_per_household"] > 100


def test_levels_and_areas_are_those_of_the_map_and_the_sample(outcomes, tiny):
    areas = {level: set(rows["area"]) for level, rows in outcomes.groupby("level", observed=True)}
    assert areas == {
        "nation": {"0"},
        "region": set(REGIONS),
        "province": set(map(str, tiny.geography.province_code)),
        "county": set(map(str, tiny.counties.code)),
    }


def test_every_year_from_first_to_last_is_recorded(outcomes):
    assert sorted(outcomes["year"].unique()) == list(range(1993, 2024))


def test_no_row_appears_twice(outcomes):
    assert not outcomes.duplicated(KEY).any()


def test_every_recorded_outcome_is_registered_and_every_registered_one_recorded(outcomes):
    recorded = set(outcomes["outcome"])
    assert recorded == {outcome.name for outcome in all_outcomes()}
    assert {f"{name}_reported" for name in REPORTED} | REPORTED <= recorded


def test_every_outcome_comes_for_the_groups_and_schemes_that_are_registered(outcomes, tiny):
    for outcome in all_outcomes():
        rows = outcomes[outcomes["outcome"] == outcome.name]
        assert set(rows["group"]) == set(outcome.groups.split(", ")), outcome.name
        schemes = tuple(tiny.policies) if outcome.name in BY_POLICY else ("",)
        assert set(rows["scheme"]) == set(outcome.schemes or schemes), outcome.name
    assert set(outcomes["scheme"]) <= SCHEMES


def test_groups_are_all_or_names_in_the_order_of_the_contract(outcomes):
    kinds = {name: kind for kind, names in enumerate(GROUPS) for name in names.split()}
    for group in set(outcomes["group"]) - {"all"}:
        places = [kinds[name] for name in group.split("&")]
        assert all(one < other for one, other in pairwise(places)), group


def test_shares_lie_between_0_and_1(outcomes):
    # A concentration index is below zero where the poor get more.
    shares = [outcome.name for outcome in all_outcomes() if outcome.unit in {"share", "index"}
              and outcome.name != "transfer_concentration"]  # fmt: skip
    values = outcomes[outcomes["outcome"].isin(shares)]["value"].dropna()
    assert len(shares) > 20
    assert values.between(0, 1).all()


def test_counts_and_money_are_finite_and_only_balances_may_be_negative(outcomes):
    values = outcomes.set_index("outcome")["value"].dropna()
    assert np.isfinite(values).all()
    signed = {
        "fiscal_balance",
        "pool_balance",
        "central_adjustment_net",
        "transfer_concentration",
        "reported_minus_true",
        "promoted_score",
        "pilot_effect",
        "rollout_effect",
        *(f"{what}_growth{ending}" for what in ("product", "revenue")
          for ending in ("", "_reported")),
    }  # fmt: skip
    assert (values.drop(signed) >= 0).all()


def test_means_and_rates_of_an_empty_group_are_null_and_of_no_other(outcomes):
    by_outcome = {name: rows.set_index(["year", "area", "group"])["value"].sort_index()
                  for name, rows in outcomes.groupby("outcome", observed=True)}  # fmt: skip
    people = by_outcome["population"]
    shares = by_outcome["elderly_share"].reindex(people.index)
    assert (shares.isna() == (people == 0)).all()
    # Money is counted at the home of families, where nobody may live though workers reside there.
    for name in ("income_mean", "poverty_rate", "household_size"):
        values = by_outcome[name].reindex(people.index)
        assert values.isna().any(), name
        assert values[people > 1e6].notna().all(), name


def test_births_of_the_first_year_are_null_because_nobody_counted_them(outcomes):
    births = outcomes.query("outcome == 'births'").set_index("year")["value"]
    assert births.index[births.isna()].tolist() == [1993]
    assert births[1994] > 1e7


def test_nobody_is_lost_between_counties_provinces_regions_and_the_nation(outcomes):
    people = outcomes.query("outcome == 'population' and group == 'all'")
    by_level = people.groupby(["year", "level"], observed=True)["value"].sum().unstack()
    for level in ("region", "province", "county"):
        assert np.allclose(by_level[level], by_level["nation"], rtol=1e-12)


def test_everybody_is_urban_or_rural(outcomes):
    people = outcomes.query("outcome == 'population' and level == 'nation'")
    wide = people.pivot_table(index="year", columns="group", values="value", observed=True)
    assert np.allclose(wide["urban"] + wide["rural"], wide["all"], rtol=1e-12)


def test_every_county_with_a_policy_has_one_adopted_row(tables, tiny):
    adopted = tables["adoptions"].query("event == 'adopted'")
    assert not adopted.duplicated(["policy", "area"]).any()
    for policy in tiny.policies:
        has = tiny.counties.code[tiny.adoptions.in_force(policy)].astype(str)
        assert set(adopted[adopted["policy"] == policy]["area"]) == set(has), policy


def test_adopters_are_the_counties_that_have_adopted_until_then(tables, outcomes):
    adopted = tables["adoptions"].query("event == 'adopted' and policy == 'rural_dibao'")
    rows = outcomes.query("outcome == 'adopters' and scheme == 'rural_dibao' and level == 'county'")
    for year in (1996, 1999, 2006, 2007, 2023):
        now = rows[(rows["year"] == year) & (rows["value"] > 0)]
        assert set(now["area"]) == set(adopted[adopted["year"] <= year]["area"]), year


def test_adoptions_name_known_events_and_areas(tables, tiny):
    adoptions = tables["adoptions"]
    assert set(adoptions["event"]) <= {"adopted", "changed", "reversed", "mandated", "recognised"}
    codes = {"0", *map(str, tiny.geography.province_code), *map(str, tiny.counties.code)}
    assert set(adoptions["area"]) <= codes
    assert set(adoptions["policy"]) <= set(tiny.policies)


def test_mandates_of_the_centre_are_noted_in_their_year(tables):
    orders = tables["adoptions"].query("event == 'mandated'")
    noted = set(zip(orders["year"], orders["policy"], orders["area"], strict=True))
    expected = {(1997, "urban_dibao", "0"), (2001, "urban_dibao", "0"), (2007, "rural_dibao", "0"),
                (2008, "residents_medical", "0"), (2001, "hukou", "0"),
                (2006, "residents_medical", "0"), (2011, "migrant_insurance", "0"),
                (2012, "residents_pension", "0"), (2014, "assistance", "0"),
                (2014, "poverty_alleviation", "0")}  # fmt: skip
    assert noted == expected


def test_institutions_are_one_row_per_government_and_year(tables, tiny):
    rows = tables["institutions"]
    assert rows.columns[:5].tolist() == ["year", "level", "code", "name", "province"]
    assert len(rows) == 31 * (1 + 31 + tiny.counties.n)
    assert not rows.duplicated(["year", "code"]).any()
    assert rows["code"].map(type).eq(str).all()


def test_file_has_the_values_of_the_recorder_and_each_county_in_one_piece(tiny):
    key = ["year", "level", "area", "outcome", "scheme", "group"]
    written, kept = tiny.record.compact().to_pandas(), tiny.record.table()
    county = written[written["level"] == "county"]["area"].astype(str).to_numpy()
    assert (county[1:] != county[:-1]).sum() == tiny.counties.n - 1
    written[key[1:]] = written[key[1:]].astype(kept.dtypes[key[1:]])
    same = [table.sort_values(key, ignore_index=True) for table in (written, kept)]
    assert same[0].equals(same[1])


def test_missing_values_are_null_in_the_file_and_not_nan(run_folder):
    values = pq.read_table(run_folder / "outcomes.parquet")["value"]
    assert values.null_count > 0
    assert not pa.compute.is_nan(values.drop_null()).to_numpy().any()


def test_report_opens_without_a_network(run_folder):
    page = (run_folder / "report.html").read_text(encoding="utf-8")
    assert not re.search(r'(src|href)\s*=\s*"(https?:)?//', page)
    assert "minsheng run tiny" in page
