"""What is taken along, as files: national outcomes in rows, tables of a run, its scenario."""

import io
import zipfile

import pandas as pd
from ruamel.yaml import YAML

from dashboard.results import Result, WorldResult
from dashboard.tables import keys_of, outcome_of

COLUMNS = ("world", "replicate", "year", "outcome", "scheme", "group", "unit", "value")
_NOT_TAKEN = "report.html"


def national(result: Result) -> pd.DataFrame:
    """Return national outcomes in rows, with the columns of `COLUMNS`."""
    parts = [
        frame.reset_index(names="year").melt("year", var_name="name").assign(
            world=name, replicate=replicate
        )
        for name, world in result.worlds.items()
        for replicate, frame in enumerate(world.national)
    ]  # fmt: skip
    rows = pd.concat(parts, ignore_index=True)
    names = rows["name"].unique()
    keys = [(*keys_of(name), outcome_of(name).unit) for name in names]
    described = pd.DataFrame(keys, index=names, columns=["outcome", "scheme", "group", "unit"])
    return rows.join(described, on="name")[list(COLUMNS)]


def as_parquet(frame: pd.DataFrame) -> bytes:
    """Return a table as a Parquet file."""
    out = io.BytesIO()
    frame.to_parquet(out, index=False)
    return out.getvalue()


def scenario_yaml(world: WorldResult) -> str:
    """Return the scenario of a world as a file that `minsheng run` takes."""
    data = {key: value for key, value in world.scenario.as_dict().items() if value not in ("", [])}
    data["reforms"] = [
        {key: value for key, value in reform.items() if value} for reform in data.get("reforms", [])
    ]
    out = io.StringIO()
    writer = YAML()
    writer.width = 10_000
    writer.dump(data, out)
    return out.getvalue()


def tables_zip(world: WorldResult) -> bytes:
    """Return the files of a run folder in one, without the report."""
    out = io.BytesIO()
    if world.folder is not None:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(world.folder.iterdir()):
                if file.name != _NOT_TAKEN:
                    archive.write(file, file.name)
    return out.getvalue()
