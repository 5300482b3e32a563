"""Every number in a rule is a parameter with a source, and every parameter is in a rule."""

import ast
import fnmatch
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.errors import MinshengError
from model import evidence
from model.simulation import Simulation
from policies.parameters import ParameterSet, ParameterView

ROOT = Path(__file__).parents[1]
RULES = ("agents", "policies", "model")
CODE = (*RULES, "experiments", "dashboard")
PARAMETERS = {row.path: ParameterSet.load().parameter(row.path)
              for row in ParameterSet.load().as_rows()}  # fmt: skip
DOMAINS = {path.partition(".")[0] for path in PARAMETERS}

# Files that hold no rule: they read texts, write files, hash, or check what users ask for.
NO_RULES = (
    "policies/yaml_*.py", "policies/parameter*.py", "model/chance.py", "model/memory.py",
    "model/record.py", "model/records.py", "model/run_folder.py", "model/scenario*.py",
    "model/digests.py", "model/reform*.py", "model/saved*.py", "agents/errors.py",
)  # fmt: skip
# Numbers that are definitions or arithmetic. Everything else belongs into a parameter file.
DEFINITIONS = {
    # Units, codes and the calendar
    "agents/adoption.py _TOLD": "what a text with one decimal can show",
    "agents/opening.py _PERCENT": "parts of a hundred",
    "agents/claims.py CONCEAL": "codes of what a leader orders about unrest",
    "agents/employers.py _SECTORS": "sectors: of the state, private",
    "agents/employers.py _CELL_BITS": "bits of a key",
    "agents/migration.py _TINY": "guard against the logarithm of nothing",
    "policies/residents_medical_outcomes.py _by_place": "kinds of place: rural, urban",
    "policies/residents_pension_outcomes.py _add_benefits": "kinds of place: rural, urban",
    "agents/award.py CONTESTED": "a contest has two sides",
    "agents/organisations.py _NEXT_SLOT": "bits of a key",
    "policies/procurement_files.py _IN_A_PROVINCE": "digits of division codes",
    "policies/procurement_lots.py _MONTHS": "months of a year",
    "agents/official.py _NEXT_PERSON": "bits of a key",
    "agents/careers.py _ROUNDING": "what counts as equal",
    "agents/stability.py CONCEAL": "codes of choices",
    "policies/worker_columns.py _PLACES": "kinds of place: rural, urban",
    "policies/worker_jobs.py MONTHS": "months of a year",
    "policies/worker_jobs.py SECTORS": "sectors: of the state, private",
    "model/concentration.py concentration_index": "arithmetic of the index",
    "model/economy.py publish": "kinds of hukou: rural, urban",
    "model/migration.py _SKILLS": "levels of schooling: low, mid, high",
    "model/grievances.py _SCHEMES": "kinds of registration: rural, urban",
    "model/inequality.py _SIGN_BIT": "bits of a number",
    "model/inequality.py _ALL_BITS": "bits of a number",
    "model/labour_market.py __init__": "kinds of place: rural, urban",
    "model/migration.py _PERCENT": "parts of a hundred",
    "model/migration.py _best_earners": "schooling ranks before a contract",
    "model/population.py _ROUNDS": "precision of a solver",
    "model/population.py _MOST": "bound of a solver in worlds too small for it",
    "model/population.py _STEPS": "precision of a solver",
    "model/residents.py": "codes of ages, work and kinds of place; official age groups",
    "policies/dibao_record.py MONTHS": "months of a year",
    "policies/account_pension.py MONTHS": "months of a year",
    "policies/participation.py BINDING": "codes of rungs of participation",
    "policies/remedies.py PLEDGED": "codes of what was promised",
    "policies/pools.py PREFECTURE": "digits of division codes",
    "policies/pools.py PROVINCE": "digits of division codes",
    "policies/residents_medical.py _PLACES": "kinds of place: rural, urban",
    "policies/residents_medical_outcomes.py _AGE_BOUNDS": "age groups of the United Nations",
    "policies/residents_pension_outcomes.py _AGE_BOUNDS": "age groups of the outcome",
    "agents/residents_enrolment.py _TABLES": "tables kept in memory",
    "policies/rationing.py _PARTS": "parts of a person, so that places are added exactly",
    "agents/persons.py Work": "codes of kinds of work",
    "agents/enrolment.py _MONTHS": "months of a year",
    "policies/worker_benefits.py _DAYS": "days of a year",
    "policies/poverty_treatments.py Treatment": "codes of treatments",
    "model/shocks.py _at_risk": "groups of workers at risk, in the order of the schedule",
    "agents/conversion.py Rung": "codes of rungs",
    "policies/hukou_load.py _DIGITS": "digits of division codes",
    "agents/local_government.py _DIGITS": "digits of division codes",
    "agents/local_government.py lie_in": "the base of division codes",
    "agents/income.py": "codes of columns",
    "model/composition.py": "codes of roles, and the third of three parts",
    "model/population.py _PLACES": "kinds of place: rural, urban",
    "model/tally.py _PLACES": "kinds of place: rural, urban",
    "model/moving.py _KINDS_OF_PLACE": "kinds of place: rural, urban",
    "model/population.py _TEN_THOUSAND": "unit of official populations",
    "model/start_incomes.py _PERCENT": "unit of official ranks",
    "model/geography.py EARTH_RADIUS_KM": "radius of the earth",
    "model/geography.py _COUNTY_TO_PREFECTURE": "digits of division codes",
    "model/geography.py _PREFECTURE_TO_PROVINCE": "digits of division codes",
    "model/geography.py _SCATTER_SHARE": "where townships without coordinates are drawn",
    "model/inequality.py DECILES": "tenths",
    # Bounds of the groups and years in which official figures and parameters are printed
    "agents/care.py _AGE_GROUPS": "age groups of the schedule",
    "agents/family.py _GROUP_WIDTH": "age groups of the schedule",
    "model/composition_tables.py _GROUP_WIDTH": "age groups of the schedule",
    "model/economy.py _PRICE_BASE": "year of the prices of a parameter",
    "model/simulation.py _LINE_YEAR": "year of the prices of the poverty line",
    "model/start_incomes.py _BRACKET_YEAR": "year of the printed table",
    "model/start_incomes.py _RANK_YEARS": "years of the printed tables",
    "model/start_incomes.py _RANKS": "groups of the printed tables",
    # Where a computation stops, or how it is cut; results do not depend on it
    "agents/care.py _MOST_ADMISSIONS": "where a Poisson distribution is cut",
    "agents/founding.py MOST_FOUNDED": "where a Poisson distribution is cut",
    "policies/procurement_incubation.py _MOST_INCUBATED": "where a Poisson distribution is cut",
    "agents/family.py _BOUND": "above every age, so that two keys sort as one",
    "model/composition_tables.py _BISECTIONS": "steps of a solver",
    "model/composition_tables.py _ROOM": "keeps a solver within what is possible",
    "model/composition_tables.py _persons_per_couple": "bounds of a solver",
    "model/mortality.py _BISECTIONS": "steps of a solver",
    "model/mortality.py _HIGHEST": "bounds of a solver",
    "model/mortality.py OLDEST": "length of the age axis",
    "model/population.py _LARGE_SHIFT": "bounds of a solver",
    "model/population.py _urban_shares": "precision of a solver",
    "model/sampling.py _HALVINGS": "steps of a solver",
    "model/start_incomes.py _FINE": "points of an integral",
    "policies/remembered.py _MOST": "results that are kept",
    "agents/table.py _ROOM": "room for rows to come",
    "model/corridors.py _CANDIDATES": "how many are looked at closely; results do not depend on it",
    "model/corridors.py _ROUNDING_KM": "rounding; results do not depend on it",
    "model/moving.py _DEAD_SHARE": "when dead rows are dropped",
    "model/inequality.py _ROW_BITS": "bits of a sort key",
    "model/population.py _FEWEST": "smallest sample of a township",
    "model/treasury.py TOLERANCE": "rounding, part of the contract of the output",
    # Arithmetic
    "agents/adoption.py reasons_to_adopt": "a sign that turns, as the rule is written",
    "agents/adoption.py normal_scores": "the middle of a rank",
    "_HALF": "one half",
    "agents/care.py _lognormal": "half the variance",
    "agents/income.py earn": "half the variance",
    "policies/dibao.py _township_places": "half the variance",
    "policies/dibao_record.py _record_errors": "two sides of every measure",
    "policies/rationing.py fill_places": "half of a household",
    "model/composition_tables.py _normal": "the normal density",
    "model/composition_tables.py _survivors": "the middle of an age group",
    "model/composition_tables.py _root": "the middle of an interval",
    "model/composition_tables.py age_structure": "two kinds of place",
    "model/mortality.py _years_lived_at": "the middle of an interval",
    "model/sampling.py _shifted_shares": "the middle of an interval",
    "model/start_incomes.py urban_incomes": "the middle of a rank",
    "model/demography.py _die": "place in a table by sex and kind of place",
    "model/geography.py": "spherical trigonometry, and the second nearest",
    "model/networks.py nearest_points": "one more than asked, since the first is the place",
    "model/inequality.py gini": "the area under the Lorenz curve",
    "model/outcomes.py _poverty": "twice the dibao line, as the outcome is named",
    "policies/base.py DECILES": "ten tenths, by definition",
    "policies/residents_medical_outcomes.py _add_deciles": "a flag as a digit of a cell",
    "policies/residents_pension_outcomes.py _break_down": "two flags as digits of a cell",
    "model/outcome_list.py _FGT": "powers of the poverty gap, by definition of the measures",
}


# Names of draws that begin like paths of parameters.
DRAWS = {"geography.scatter.bearing", "geography.scatter.distance"}


def trees(folders: tuple[str, ...]) -> Iterator[tuple[Path, ast.Module]]:
    for folder in folders:
        for path in sorted((ROOT / folder).glob("*.py")):
            yield path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))


def name_of(statement: ast.stmt) -> str:
    """Return the function, class or (last) constant that a statement of a module defines."""
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
        names = [node.id for node in ast.walk(target) if isinstance(node, ast.Name)]
        return names[-1]
    return getattr(statement, "name", "")


def statements(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    """Yield the statements of a module, methods instead of their class, by name."""
    for statement in tree.body:
        parts = statement.body if isinstance(statement, ast.ClassDef) else []
        methods = [part for part in parts if isinstance(part, ast.FunctionDef)]
        for part in methods or [statement]:
            yield name_of(part), part


def literals(statement: ast.stmt) -> set[float]:
    numbers = (node.value for node in ast.walk(statement) if isinstance(node, ast.Constant))
    return {n for n in numbers if isinstance(n, int | float) and not isinstance(n, bool)} - {0, 1}


def numbers_in_rules() -> Iterator[tuple[str, str, set[float]]]:
    """Yield file, name and numbers of every statement of a rule file that has some."""
    for path, tree in trees(RULES):
        if not any(path.match(pattern) for pattern in NO_RULES):
            for name, statement in statements(tree):
                if found := literals(statement):
                    yield str(path), name, found


def texts(tree: ast.Module) -> Iterator[str]:
    """Yield every text in code; a star stands for what an f-string inserts."""
    joined = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    parts = {id(part) for node in joined for part in node.values}
    for node in joined:
        yield "".join(str(getattr(part, "value", "*")) if isinstance(part, ast.Constant) else "*"
                      for part in node.values)  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            yield node.value


def uses(attributes: set[str], folders: tuple[str, ...]) -> set[str]:
    """Return the files in which one of these attributes is used, for instance ``x.read_csv``."""
    found = set()
    for path, tree in trees(folders):
        nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
        if attributes & {ast.unparse(node) for node in nodes}:
            found.add(str(path))
    return found


_MODES = [path for path in PARAMETERS if path.startswith("adoption.mode.")]
# History; every policy and the centre by choice; every policy after the calendar.
OTHER_WAYS = (
    {},
    {"centre.rules.mode": "choice"} | dict.fromkeys(_MODES, "choice"),
    dict.fromkeys(_MODES, "calendar"),
)


@pytest.fixture(scope="module")
def read() -> set[str]:
    """Return the paths that 31 years of the tiny scenario read, in its ways of adoption."""
    views: list[ParameterView] = []
    direct: set[str] = set()
    with pytest.MonkeyPatch.context() as patch:
        at, value = ParameterSet.at, ParameterSet.value
        patch.setattr(ParameterSet, "at", lambda s, year: views.append(at(s, year)) or views[-1])
        patch.setattr(ParameterSet, "value", lambda s, path, year: direct.add(path)
                      or value(s, path, year))  # fmt: skip
        for changes in OTHER_WAYS:
            Simulation("tiny", **changes).run()
    return direct.union(*(view.paths_read() for view in views))


def test_every_parameter_is_read_by_a_rule(read):
    written = {text for _, tree in trees(RULES) for text in texts(tree)}
    assert set(PARAMETERS) - read - written == set()


def test_every_path_in_code_is_one_of_a_parameter_or_of_a_folder_of_them():
    path_like = re.compile(rf"({'|'.join(DOMAINS)})\.[\w.*]+")
    known = set(PARAMETERS) | {path.rpartition(".")[0] for path in PARAMETERS}
    # Policies name the beginning that the parameters of their calendar have in common.
    known |= {path.removesuffix("_share") for path in PARAMETERS}
    unknown = set()
    for path, tree in trees(CODE):
        for text in filter(path_like.fullmatch, texts(tree)):
            is_file = text.rpartition(".")[2] in {"py", "csv", "yaml", "parquet", "md"}
            if text in DRAWS or is_file:
                continue
            if not fnmatch.filter(known, text.rstrip(".")):
                unknown.add(f"{path}: {text}")
    assert unknown == set()


def test_numbers_in_rules_are_parameters_or_definitions_with_a_reason():
    found = [
        f"{path} {name}: {sorted(numbers)}"
        for path, name, numbers in numbers_in_rules()
        if not {path, name, f"{path} {name}"} & DEFINITIONS.keys()
    ]
    assert found == []


def test_every_definition_on_the_list_is_still_in_the_code():
    seen = {key for path, name, _ in numbers_in_rules() for key in (path, name, f"{path} {name}")}
    assert set(DEFINITIONS) - seen == set()


@pytest.mark.parametrize("path", PARAMETERS)
def test_parameter_has_a_source_and_assumptions_a_range_and_a_derivation(path):
    parameter = PARAMETERS[path]
    assert parameter.meaning.strip()
    assert parameter.unit.strip()
    assert all((dated.source or parameter.source).strip() for dated in parameter.values)
    if parameter.kind in {"study", "assumption"}:
        assert parameter.range is not None
        assert parameter.derivation


@pytest.mark.parametrize("path", [path for path, found in PARAMETERS.items() if found.range])
def test_default_lies_in_its_range(path):
    low, high = PARAMETERS[path].range
    for dated in PARAMETERS[path].values:
        values = dated.value if isinstance(dated.value, tuple) else (dated.value,)
        assert all(low <= value <= high for value in values)
    assert low < high


def test_every_official_figure_says_what_it_is_used_for_and_where_it_is_from():
    table = evidence.official()
    assert set(table["use"]) == set(evidence.USES)
    assert (table["source"].str.strip() != "").all()
    assert (table["unit"].str.strip() != "").all()


def test_start_of_a_world_sees_only_figures_for_its_input():
    table = evidence.official()
    rows = table[(table["geography"] == "China") & (table["use"] != "input")]
    keys = rows[["indicator", "group"]].drop_duplicates().head(40).itertuples(index=False)
    for indicator, group in keys:
        years = table[(table["indicator"] == indicator) & (table["group"] == group)
                      & (table["use"] == "input")]["year"]  # fmt: skip
        assert set(evidence.start_figures(indicator, group).index) <= set(years)


def test_unknown_series_is_an_error_with_its_name():
    with pytest.raises(MinshengError, match="no official figures of 'happiness' for 'all'"):
        evidence.series("happiness")


def test_only_the_evidence_module_reads_the_official_figures():
    readers = uses({"pd.read_csv", "pandas.read_csv"}, CODE)
    assert "model/evidence.py" in readers
    for path in readers - {"model/evidence.py"}:
        assert "official.csv" not in (ROOT / path).read_text(encoding="utf-8"), path


def test_no_rule_looks_at_a_series_that_it_is_compared_with():
    assert uses({"evidence.series", "evidence.official"}, RULES) == set()
    assert "experiments/official_figures.py" in uses({"evidence.official"}, CODE)
