"""The picture of the README: two outcomes of a run with the official figures beside them.

``python -m experiments.picture [RUN]`` reads a run folder (``results/historical`` by default) and
writes ``docs/pictures/first-result.svg``. The panels are those of the report.
"""

import sys
from pathlib import Path

import pandas as pd
from markupsafe import escape
from rich.console import Console

from agents.errors import MinshengError
from experiments import report_svg
from experiments.official_figures import MILLION, PERCENT
from experiments.report_charts import HEIGHT, WIDTH, Scale, time_chart
from experiments.report_data import Run, by_place, read_run
from experiments.report_series import comparisons
from experiments.report_svg import Words

PICTURE = Path(__file__).parents[1] / "docs" / "pictures" / "first-result.svg"
_TITLE_HEIGHT, _MARGIN, _FOOT = 26, 12, 24
# The colours that the report leaves to its page.
_COLOURS = {
    "ink": report_svg.INK,
    "muted": report_svg.MUTED,
    "rule": report_svg.RULE,
    "paper": report_svg.PAPER,
    "urban-text": report_svg.URBAN_TEXT,
    "rural-text": report_svg.RURAL_TEXT,
    "urban": report_svg.URBAN,
    "rural": report_svg.RURAL,
}
_NOTE = "Lines: the model. Open dots: official figures it is fitted to. Full dots: held out."


def draw(run: Run) -> str:
    """Return the picture as a stand-alone SVG."""
    panels = [
        ("Persons on dibao (minimum living guarantee), million", *_recipients(run), Scale(1)),
        ("Rural people below the poverty line of 2010, %", *_poverty(run), Scale(1, "%")),
    ]
    parts = [
        _placed(place, title, lines, dots, scale)
        for place, (title, lines, dots, scale) in enumerate(panels)
    ]
    width = len(parts) * WIDTH + 2 * _MARGIN
    height = _TITLE_HEIGHT + HEIGHT + _FOOT
    note = f'<text x="{_MARGIN}" y="{height - 8}" font-size="11" fill="{report_svg.MUTED}">'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'font-family="Helvetica, Arial, sans-serif">'
        f'<rect width="100%" height="100%" fill="{report_svg.PAPER}"/>'
        f"{''.join(parts)}{note}{_NOTE}</text></svg>\n"
    )


def _placed(place: int, title: str, lines: pd.DataFrame, dots: pd.DataFrame, scale: Scale) -> str:
    """Return one panel with its title, at its place in the row."""
    words = Words(f"panel-{place}", title, "The model by year, and official figures.")
    chart = str(time_chart(lines, dots, (), scale, words))
    for name, colour in _COLOURS.items():
        chart = chart.replace(f"var(--{name})", colour)
    left = _MARGIN + place * WIDTH
    frame = f'<svg x="{left}" y="{_TITLE_HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    head = (
        f'<text x="{left + 4}" y="{_TITLE_HEIGHT - 8}" font-size="13" font-weight="bold" '
        f'fill="{report_svg.INK}">{escape(title)}</text>'
    )
    return head + chart.replace("<svg", frame, 1)


def _recipients(run: Run) -> tuple[pd.DataFrame, pd.DataFrame]:
    return by_place(run, "dibao_recipients", scale=MILLION), _dots(run, "recipients")


def _poverty(run: Run) -> tuple[pd.DataFrame, pd.DataFrame]:
    lines = by_place(run, "poverty_rate", scale=PERCENT)
    return lines[lines["label"] == "rural"], _dots(run, "poverty")


def _dots(run: Run, topic: str) -> pd.DataFrame:
    """Return the official figures of a topic, urban and rural."""
    found = [c.dots for c in comparisons(run) if c.key in {f"{topic}_urban", f"{topic}_rural"}]
    empty = pd.DataFrame({"year": [], "value": [], "use": []})
    return pd.concat(found, ignore_index=True) if found else empty


def main() -> int:
    """Draw the picture from a run folder."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "results/historical")
    console = Console(highlight=False)
    try:
        text = draw(read_run(folder))
    except MinshengError as error:
        console.print(f"Error: {error}", markup=False)
        return 1
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(text, encoding="utf-8", newline="\n")
    console.print(f"{PICTURE.parent.name}/{PICTURE.name} written")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
