"""Governments above and below a county with the money between them, and its organisations."""

from dataclasses import dataclass, field

import networkx as nx
import numpy as np
import pandas as pd

from agents.errors import MinshengError
from agents.organisations import KINDS
from dashboard.charts import Option, tooltip
from dashboard.palette import Palette
from dashboard.results import WorldResult
from dashboard.results import table as read
from dashboard.tables import yuan
from dashboard.views.places import county_names, province_names
from dashboard.words import say
from model.geography import load_geography
from model.networks import CENTRE, hierarchy

_TIERS = ("centre", "province", "prefecture", "county", "township")
_MOST_TOWNSHIPS = 14
_GOVERNMENT, _OUTSIDE = "government", {"foreign": "foreign_funders", "donated": "donors",
                                       "charges": "users"}  # fmt: skip
_PAID_TO_COUNTY = {"general": "transfer", "earmarked": "earmarked", "allotment": "allotment"}
# Heights of a drawing of tiers for a width of 1000: on a screen, and on a phone.
_WIDE, _TALL = 600, 2000
_LEAST, _MOST = 12, 44
_WIDTH, _THINNEST = 9.0, 0.8
# How long springs pull, and where organisations without ties begin, as a share of the width.
_ROUNDS, _WITH_MARGIN, _TINY = 100, 0.9, 1e-9


@dataclass
class Graph:
    """Nodes and edges ready for a drawing.

    Attributes
    ----------
    nodes : list of dict
        key, name, kind, size (share of the largest), x, y (0 to 1).
    edges : list of dict
        source, target (keys), kind, yuan (None: no money is known).
    allotment : float
        What a county passes to its townships together, yuan.
    in_tiers : bool
        Whether places say who is above whom, not only who is near whom.
    """

    nodes: list[Option] = field(default_factory=list)
    edges: list[Option] = field(default_factory=list)
    allotment: float = 0.0
    in_tiers: bool = True


def counties(world: WorldResult, language: str) -> dict[str, str]:
    """Return the simulated counties by code: province and name."""
    rows = read(world, "institutions", level="county")
    first = rows[rows["year"] == rows["year"].min()]
    return dict(zip(map(str, first["code"]), county_names(first, language), strict=True))


def tiers(world: WorldResult, code: str, year: int, language: str) -> Graph:
    """Return the governments from the centre to the townships of a county, and what they pay.

    What is paid are the transfers to the province, general and earmarked transfers to the county,
    and the allotment to its townships; the run has no sums for single townships.
    """
    tree = _tree(int(code))
    money = _money(world, code, year)
    found = Graph()
    for key, told in tree.nodes(data=True):
        found.nodes.append({"key": key, "name": _name(tree, key, language), "kind": told["level"],
                            "size": 1.0, **_place(tree, key)})  # fmt: skip
    for above, below in tree.edges:
        kind = tree.nodes[below]["level"]
        found.edges.append({"source": above, "target": below, "kind": kind, "yuan": None})
    return _with_money(found, money, str(code)[:2], code)


def _tree(code: int) -> "nx.DiGraph[str]":
    land = load_geography()
    row = int(np.searchsorted(land.county_code, code))
    first, last = land.county_first_township[row], land.county_first_township[row + 1]
    shown = np.arange(first, min(last, first + _MOST_TOWNSHIPS))
    return hierarchy(land, np.array([row]), shown, prefectures=True)


def _name(tree: "nx.DiGraph[str]", key: str, language: str) -> str:
    if key == CENTRE:
        return say("networks.centre", language)
    told = tree.nodes[key]
    return province_names(language)[key] if told["level"] == "province" else str(told["name"])


def _place(tree: "nx.DiGraph[str]", key: str) -> Option:
    """Return tiers from left to right, the members of a tier from top to bottom."""
    level = tree.nodes[key]["level"]
    peers = [other for other, told in tree.nodes(data=True) if told["level"] == level]
    down = (peers.index(key) + 1) / (len(peers) + 1)
    return {"x": _TIERS.index(level) / (len(_TIERS) - 1), "y": down}


def _money(world: WorldResult, code: str, year: int) -> "pd.Series[float]":
    rows = read(world, "institutions", year=year)
    rows = rows.set_index("code")
    county = rows.loc[code]
    province = rows.loc[str(county["province"])]
    names = {name: county.get(column) for name, column in _PAID_TO_COUNTY.items()}
    names["to_province"] = province.get("transfer")
    return pd.Series(names).astype(float)


def _with_money(graph: Graph, money: "pd.Series[float]", province: str, county: str) -> Graph:
    """Add payments; general transfers come from the province, earmarked ones from the centre."""
    paid = [(CENTRE, province, "to_province"), (province, county, "general"),
            (CENTRE, county, "earmarked")]  # fmt: skip
    for source, target, kind in paid:
        if money[kind] > 0:
            graph.edges.append(
                {"source": source, "target": target, "kind": kind, "yuan": float(money[kind])}
            )
    graph.allotment = float(money["allotment"])
    return graph


def organisations(world: WorldResult, code: str, year: int, language: str) -> Graph:
    """Return the organisations of a county and the money of the year between them.

    As `model.organisation_network` draws it of a live simulation, from the tables of the run.
    """
    try:
        here = read(world, "organisations", year=year, county=code)
    except MinshengError:
        # Where services are not bought there are no organisations, and no tables of them.
        return Graph([_government(language)], in_tiers=False)
    here = here[here["alive"]]
    lots = read(world, "lots", year=year, county=code)
    found, edges = Graph(in_tiers=False), _lot_edges(lots) + _gift_edges(here)
    keys = [*dict.fromkeys(key for edge in edges for key in (edge["source"], edge["target"]))]
    kinds = _kinds(world, year, [*here["organisation"], *keys])
    staff = dict(zip(here["organisation"], here["staff"] + here["volunteers"], strict=True))
    most = max([*staff.values(), 1.0])
    for key in dict.fromkeys([_GOVERNMENT, *here["organisation"], *keys]):
        kind = kinds.get(key, key)
        name = say(f"networks.kind.{kind}", language)
        size = 1.0 if key == _GOVERNMENT else float(staff.get(key, 0) / most)
        found.nodes.append({"key": str(key), "name": name, "kind": kind, "size": size})
    found.edges = edges
    _spread(found)
    return found


def _spread(graph: Graph) -> None:
    """Place who pays whom near each other, and who has no money from anybody on the right."""
    tied = nx.Graph((edge["source"], edge["target"]) for edge in graph.edges)
    if len(tied):
        spread = np.array(list(nx.spring_layout(tied, iterations=_ROUNDS, seed=1).values()))
        spread = (spread - spread.min(axis=0)) / np.maximum(np.ptp(spread, axis=0), _TINY)
    alone = [node for node in graph.nodes if node["key"] not in tied]
    width = _WITH_MARGIN if alone else 1.0
    at = {key: (x * width, y) for key, (x, y) in zip(tied, spread, strict=True)} if tied else {}
    at |= {node["key"]: (1.0, (row + 0.5) / len(alone)) for row, node in enumerate(alone)}
    for node in graph.nodes:
        node["x"], node["y"] = map(float, at[node["key"]])


def _government(language: str) -> Option:
    name = say(f"networks.kind.{_GOVERNMENT}", language)
    return {"key": _GOVERNMENT, "name": name, "kind": _GOVERNMENT, "size": 1.0, "x": 0.5, "y": 0.5}


def _kinds(world: WorldResult, year: int, keys: list[str]) -> dict[str, str]:
    rows = read(world, "organisations", year=year)
    rows = rows[rows["organisation"].isin(keys)]
    return dict(zip(rows["organisation"], rows["kind"], strict=True))


def _lot_edges(lots: pd.DataFrame) -> list[Option]:
    won = lots[lots["organisation"].notna() & (lots["paid"] > 0)]
    paid = won.groupby("organisation")["paid"].sum()
    passed = won[won["passed_to"].notna() & (won["passed_on"] > 0)]
    further = passed.groupby(["organisation", "passed_to"], as_index=False)["passed_on"].sum()
    found = [_edge(_GOVERNMENT, str(key), "lot", value) for key, value in paid.items()]
    columns = (further[name] for name in ("organisation", "passed_to", "passed_on"))
    return found + [
        _edge(str(one), str(other), "sub_contract", float(value))
        for one, other, value in zip(*columns, strict=True)
    ]


def _gift_edges(here: pd.DataFrame) -> list[Option]:
    return [
        _edge(funder, str(key), source, value)
        for source, funder in _OUTSIDE.items()
        for key, value in zip(here["organisation"], here[source], strict=True)
        if value > 0
    ]


def _edge(source: str, target: str, kind: str, value: float) -> Option:
    return {"source": source, "target": target, "kind": kind, "yuan": float(value)}


def draw(graph: Graph, language: str, palette: Palette, *, narrow: bool = False) -> Option:
    """Return a graph as a chart; tiers are drawn from left to right, with their names.

    Where it is narrow, tiers stand close together and what is paid is told in the table alone.
    """
    slim = narrow and graph.in_tiers
    kinds = list(dict.fromkeys(node["kind"] for node in graph.nodes))
    most = max([edge["yuan"] or 0 for edge in graph.edges], default=0) or 1
    text = {"color": palette.text, "fontSize": 12}
    return {
        "animation": False,
        "backgroundColor": "transparent",
        "tooltip": tooltip(palette, "item"),
        "legend": {"bottom": 0, "textStyle": text, "type": "scroll",
                   "data": [say(f"networks.kind.{kind}", language) for kind in kinds]},
        "series": [{
            "type": "graph", "layout": "none",
            # With a bottom as well, discs would be stretched.
            "left": 40, "right": 110 if graph.in_tiers else 40, "roam": False,
            "top": 12 if graph.in_tiers else 30,
            "categories": [{"name": say(f"networks.kind.{kind}", language),
                            "itemStyle": {"color": palette.groups[at % len(palette.groups)]}}
                           for at, kind in enumerate(kinds)],
            "data": [_node(node, kinds, graph.in_tiers, slim) for node in graph.nodes],
            "links": [_link(edge, most, graph.in_tiers, language, palette, slim)
                      for edge in graph.edges],
            "edgeSymbol": ["none", "arrow"], "edgeSymbolSize": 7,
            "label": {"show": graph.in_tiers, "position": "right", **text},
            "emphasis": {"disabled": True},
        }],
    }  # fmt: skip


def _node(node: Option, kinds: list[str], in_tiers: bool, slim: bool) -> Option:
    size = _LEAST if in_tiers else _LEAST + (_MOST - _LEAST) * node["size"] ** 0.5
    height = (_TALL if slim else _WIDE) if in_tiers else 400
    # Names of the last tier stand on the right; the others' would run into the next tier.
    below = {"label": {"position": "bottom", "fontSize": 10}} if slim and node["x"] < 1 else {}
    return {"id": node["key"], "name": node["name"], "symbolSize": size,
            "category": kinds.index(node["kind"]), "x": node["x"] * 1000,
            "y": node["y"] * height, **below}  # fmt: skip


def _link(
    edge: Option, most: float, in_tiers: bool, language: str, palette: Palette, slim: bool
) -> Option:
    value = edge["yuan"]
    known = value is not None
    scale = yuan(value or 0, language)
    what = say(f"networks.paid.{edge['kind']}", language)
    told = f"{what}: {scale.text(value or 0)} {scale.label(language)}"
    bend = {"to_province": -0.12, "general": 0.12, "earmarked": 0.3}.get(edge["kind"], 0.0)
    return {
        "source": edge["source"],
        "target": edge["target"],
        "value": round(value) if known else None,
        "lineStyle": {"color": palette.text, "opacity": 0.75 if known else 0.3,
                      "width": _THINNEST + _WIDTH * (value / most) ** 0.5 if known else 1,
                      "curveness": bend if in_tiers else 0.1},
        "label": {"show": in_tiers and known and not slim, "formatter": told, "color": palette.text,
                  "backgroundColor": palette.surface, "padding": 2, "fontSize": 11},
        "tooltip": {"formatter": told} if known else {"show": False},
    }  # fmt: skip


def texts(graph: Graph, language: str) -> pd.DataFrame:
    """Return the payments of a graph as a table of texts, the largest first."""
    names = {node["key"]: node["name"] for node in graph.nodes}
    paid = sorted((e for e in graph.edges if e["yuan"]), key=lambda e: -e["yuan"])
    scale = yuan(paid[0]["yuan"] if paid else 0, language)
    heads = [say(f"networks.{key}", language) for key in ("payer", "payee", "what")]
    rows = [(names[e["source"]], names[e["target"]], say(f"networks.paid.{e['kind']}", language),
             scale.text(e["yuan"])) for e in paid]  # fmt: skip
    table = pd.DataFrame(rows, columns=[*heads, scale.label(language)])
    return table.set_axis(range(1, len(table) + 1))


def told_organisations(graph: Graph, where: str, year: int, language: str) -> str:
    """Say how many organisations there are and what the government pays them."""
    count = sum(node["kind"] in KINDS for node in graph.nodes)
    paid = sum(edge["yuan"] for edge in graph.edges if edge["kind"] == "lot")
    scale = yuan(paid, language)
    return say("networks.organisations.told", language, where=where, year=year, n=count,
               paid=f"{scale.text(paid)} {scale.label(language)}")  # fmt: skip


def told_tiers(graph: Graph, where: str, year: int, language: str) -> str:
    """Say what comes to a county from above."""
    paid = {edge["kind"]: edge["yuan"] for edge in graph.edges if edge["yuan"]}
    below = graph.allotment
    largest = max([*paid.values(), below, 0.0])
    scale = yuan(largest, language)
    return say("networks.tiers.told", language, where=where, year=year,
               general=scale.text(paid.get("general", 0.0)),
               earmarked=scale.text(paid.get("earmarked", 0.0)),
               allotment=scale.text(below), unit=scale.label(language))  # fmt: skip
