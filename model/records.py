"""What a run leaves: its tables and its description, written and read back.

The files and their columns are a contract with whoever reads them; the names are listed in `FILES`.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from pydantic import ValidationError

from agents.errors import MinshengError
from model.diffusion import ADOPTION_COLUMNS
from model.digests import code_digest, data_digest, versions
from model.run_folder import RUN_FILE
from model.saved import Origin
from model.scenario import Scenario
from model.simulation import Simulation
from model.treasury import ACCOUNT_COLUMNS, FLOW_COLUMNS

FILES = ("outcomes", "adoptions", "flows", "accounts", "institutions", "lots", "organisations")


def tables(sim: Simulation) -> dict[str, pa.Table]:
    """Return the result tables of a finished simulation, by file name."""
    return {
        "outcomes": sim.record.compact(),
        "adoptions": _from_rows(sim.adoptions.rows, ADOPTION_COLUMNS),
        "flows": _from_rows(sim.treasury.flow_rows, FLOW_COLUMNS),
        "accounts": _from_rows(sim.treasury.account_rows, ACCOUNT_COLUMNS),
        "institutions": sim.institutions.table(),
        **_of_policies(sim),
    }


def _of_policies(sim: Simulation) -> dict[str, pa.Table]:
    """Return the tables that policies leave beside those of the model; empty texts are null."""
    return {
        name: pa.table({column: _array(values) for column, values in columns.items()})
        for policy in sim.policies.values()
        for name, columns in policy.tables().items()
    }


def _array(values: NDArray[Any]) -> pa.Array:
    is_text = values.dtype.kind == "U"
    return pa.array(values, mask=values == "") if is_text else pa.array(values, from_pandas=True)


def describe(sim: Simulation, command: str) -> dict[str, Any]:
    """Return what `run.json` says of a run, before its cost is known."""
    return {
        "scenario": sim.setup.as_dict(),
        "seed": sim.setup.seed,
        "replicate": sim.replicate,
        "command": command,
        **({"continued_from": asdict(sim.origin)} if sim.origin else {}),
        "versions": versions(),
        "hashes": {
            "code": code_digest(),
            "data": data_digest(),
            "parameters": sim.parameter_set.digest(),
        },
        "bytes_per_household": round(
            sim.households.bytes_per_row()
            + sim.persons.bytes_per_row() * sim.persons.n / sim.households.n
        ),
    }


def write_tables(folder: Path, contents: dict[str, pa.Table]) -> None:
    """Write result tables as Parquet files, whose texts are plain texts to whoever reads them."""
    for name, table in contents.items():
        path = folder / f"{name}.parquet"
        pq.write_table(table, path, compression="zstd", store_schema=False)


def write_description(folder: Path, description: dict[str, Any]) -> None:
    """Write `run.json`."""
    text = json.dumps(description, indent=2, ensure_ascii=False, sort_keys=False)
    (folder / RUN_FILE).write_text(text + "\n", encoding="utf-8")


def read_description(folder: Path) -> dict[str, Any]:
    """Read `run.json`; raises MinshengError when the folder is not a run."""
    try:
        description = json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))
    except OSError as error:
        raise MinshengError(f"{folder} is not a run: it has no readable {RUN_FILE}") from error
    except ValueError as error:
        raise MinshengError(f"{folder / RUN_FILE} is damaged: {error}") from error
    if not isinstance(description, dict) or "scenario" not in description:
        raise MinshengError(f"{folder / RUN_FILE} is damaged: it names no scenario")
    return description


def read_scenario(folder: Path) -> tuple[Scenario, int]:
    """Return the scenario and the replicate of a run; raises MinshengError if it is not one."""
    description = read_description(folder)
    try:
        scenario = Scenario.from_dict(description["scenario"])
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, ("scenario", *first["loc"])))
        raise MinshengError(f"{folder / RUN_FILE} is damaged: {place}: {first['msg']}") from None
    replicate = description.get("replicate")
    if not isinstance(replicate, int) or replicate < 0:
        raise MinshengError(f"{folder / RUN_FILE} is damaged: replicate: {replicate!r}")
    return scenario, replicate


def read_origin(folder: Path) -> Origin | None:
    """Return the saved simulation from which a run went on, None if it began at the start."""
    origin = read_description(folder).get("continued_from")
    if origin is None:
        return None
    try:
        return Origin(str(origin["file"]), str(origin["hash"]), int(origin["year"]))
    except (TypeError, KeyError, ValueError) as error:
        raise MinshengError(f"{folder / RUN_FILE} is damaged: continued_from: {error}") from None


def read_table(folder: Path, name: str) -> pd.DataFrame:
    """Read one result table; raises MinshengError when it is missing or damaged."""
    path = folder / f"{name}.parquet"
    try:
        return pq.read_table(path).to_pandas()
    except (OSError, pa.ArrowInvalid) as error:
        raise MinshengError(f"cannot read {path}: {error}") from error


def _from_rows(rows: list[Any], columns: dict[str, pa.DataType]) -> pa.Table:
    """Turn tuples into a table; an empty list keeps its columns."""
    by_column = zip(*rows, strict=True) if rows else [()] * len(columns)
    arrays = [
        pa.array(list(values), kind)
        for values, kind in zip(by_column, columns.values(), strict=True)
    ]
    return pa.Table.from_arrays(arrays, names=list(columns))
