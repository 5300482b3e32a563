"""Pieces of a picture as inline SVG: the page sets fonts and colours, the pieces name them.

A picture is a text of some kilobytes that follows the page from light to dark. Equal data give
equal text, so that the same run gives the same page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

# Colours where there is no page, and by name the property of the page that stands for each. Those
# of lines are from the palette of Okabe and Ito, which people with colour-blindness can tell apart.
INK, MUTED, RULE, PAPER = "#2b2b2b", "#6a6a6a", "#dedede", "#fffffe"
URBAN, RURAL = "#0072b2", "#d55e00"
URBAN_TEXT, RURAL_TEXT = "#0072b1", "#b04e00"
# Part of the height of a letter by which text is lowered to stand on its middle.
_HALF_LETTER = ".35em"


@dataclass(frozen=True)
class Words:
    """What a figure is called and what it shows, for those who do not see it.

    Attributes
    ----------
    name : str
        Unique in the page; made of letters, digits and ``-``.
    title, description : str
        Plain text.
    """

    name: str
    title: str
    description: str


def picture(parts: Iterable[str], width: float, height: float, words: Words) -> Markup:
    """Return pieces as one picture with its role, title and description."""
    title, description = f"{words.name}-title", f"{words.name}-description"
    return Markup(
        f'<svg role="img" aria-labelledby="{title} {description}" '
        f'viewBox="0 0 {number(width)} {number(height)}">'
        f'<title id="{title}">{escape(words.title)}</title>'
        f'<desc id="{description}">{escape(words.description)}</desc>'
        f"{''.join(parts)}</svg>"
    )


def number(value: float) -> str:
    """Return a length with at most two decimals."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def colour(name: str) -> str:
    """Return the property of the page that holds a colour; what is none is a colour itself."""
    return name if name.startswith("#") or name == "none" else f"var(--{name})"


def label(
    at: tuple[float, float],
    words: str,
    size: float,
    ink: str = "muted",
    anchor: str = "start",
    is_middle: bool = True,
) -> str:
    """Return a line of text that begins, ends or is centred at a point, on its middle or base."""
    lowered = f' dy="{_HALF_LETTER}"' if is_middle else ""
    turned = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return (
        f'<text x="{number(at[0])}" y="{number(at[1])}"{lowered}{turned} '
        f'font-size="{number(size)}" fill="{colour(ink)}">{escape(words)}</text>'
    )


def straight(
    start: tuple[float, float], end: tuple[float, float], ink: str, width: float, dash: str = ""
) -> str:
    """Return a straight line."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path d="M{_point(start)} {_point(end)}" stroke="{colour(ink)}" '
        f'stroke-width="{number(width)}"{dashed}/>'
    )


def curve(points: Sequence[tuple[float, float] | None]) -> str:
    """Return the path through points; None interrupts it."""
    steps, begins = [], True
    for point in points:
        if point is not None:
            steps.append(f"{'M' if begins else 'L'}{_point(point)}")
        begins = point is None
    return "".join(steps)


def box(corner: tuple[float, float], width: float, height: float, ink: str, more: str = "") -> str:
    """Return a filled rectangle."""
    return (
        f'<rect x="{number(corner[0])}" y="{number(corner[1])}" width="{number(width)}" '
        f'height="{number(height)}" fill="{colour(ink)}"{more}/>'
    )


def _point(point: tuple[float, float]) -> str:
    return f"{number(point[0])} {number(point[1])}"
