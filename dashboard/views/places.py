"""Names of provinces and counties in both languages; counties have Chinese names only."""

import pandas as pd

from model.geography import load_geography

_SHORT = {"Inner Mongolia": "In. Mong.", "Heilongjiang": "Heilongj.", "Guangdong": "Guangd.",
          "Chongqing": "Chongq."}  # fmt: skip
_CHINESE_SHORT = 2
_LONG_NAMES = ("内蒙古", "黑龙江")


def province_names(language: str) -> dict[str, str]:
    """Return the name of every province by its code."""
    land = load_geography()
    texts = land.province_name if language == "en" else land.province_name_zh
    return dict(zip(map(str, land.province_code), texts, strict=True))


def county_names(rows: pd.DataFrame, language: str) -> list[str]:
    """Return counties with their provinces, for rows with the columns name and province."""
    provinces = province_names(language)
    pairs = zip(rows["name"], rows["province"], strict=True)
    return [f"{provinces[str(province)]} {name}" for name, province in pairs]


def short(name: str) -> str:
    """Return the name of a province as it fits on a tile."""
    if name.isascii():
        return _SHORT.get(name, name)
    long = next((one for one in _LONG_NAMES if name.startswith(one)), "")
    return long or name[:_CHINESE_SHORT]
