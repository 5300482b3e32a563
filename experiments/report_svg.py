"""From a matplotlib figure to a piece of HTML: a small inline SVG that follows the page's style.

The page sets font and colours; the SVG names them. What matplotlib adds for stand-alone files
(name spaces, metadata, global styles, ids that would clash within one page) is taken out.
"""

import io
import re
from dataclasses import dataclass

from markupsafe import Markup, escape
from matplotlib import rc_context
from matplotlib.figure import Figure

# Colours as drawn, and the property of the page that replaces each. Urban and rural are from the
# palette of Okabe and Ito, which people with colour-blindness can tell apart.
INK, MUTED, RULE, PAPER = "#2b2b2b", "#6a6a6a", "#dedede", "#fffffe"
URBAN, RURAL = "#0072b2", "#d55e00"
URBAN_TEXT, RURAL_TEXT = "#0072b1", "#b04e00"
FLOW = "#8a8f98"
_PROPERTIES = {
    INK: "ink",
    MUTED: "muted",
    RULE: "rule",
    PAPER: "paper",
    URBAN: "urban",
    RURAL: "rural",
    URBAN_TEXT: "urban-text",
    RURAL_TEXT: "rural-text",
    FLOW: "flow",
}
CLASS = "class:"
"""Beginning of the gid of an artist that keeps a class in the page."""

_REMOVED = (
    r"<\?xml.*?\?>",
    r"<!DOCTYPE.*?>",
    r"<metadata>.*?</metadata>",
    r"<defs>\s*<style.*?</style>\s*</defs>",
    r' xmlns(:xlink)?="[^"]*"',
    r'(?<=<svg) width="[^"]*" height="[^"]*"',
    r' version="1.1"',
    r"font-family: [^;\"]*;? ?",
    r' id="[a-z]\w*\.?\w*_\d+"',
    r' transform="rotate\(-0 [^"]*\)"',
    r"; stroke-linejoin: miter; stroke-linecap: square",
)
_TAG = re.compile(r"<[^>]+>")
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")


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


def to_svg(figure: Figure, words: Words) -> Markup:
    """Return a figure as inline SVG; equal figures give equal text."""
    buffer = io.StringIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": words.name}):
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    return Markup(_named(_reduced(buffer.getvalue()), words))


def _reduced(text: str) -> str:
    for pattern in _REMOVED:
        text = re.sub(pattern, "", text, flags=re.DOTALL | re.IGNORECASE)
    text = text.replace("xlink:href", "href").replace(f'id="{CLASS}', 'class="')
    text = _TAG.sub(lambda tag: _LONG_NUMBER.sub(_shortened, tag[0]), text)
    for colour, name in _PROPERTIES.items():
        text = text.replace(colour, f"var(--{name})")
    text = re.sub(r"<defs>\s*</defs>", "", text)
    return re.sub(r"\s*\n\s*", "\n", text).replace("\n", " ").replace("> <", "><").strip()


def _shortened(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def _named(text: str, words: Words) -> str:
    """Give the picture its role, title and description."""
    title, description = f"{words.name}-title", f"{words.name}-description"
    head = f'<svg role="img" aria-labelledby="{title} {description}"'
    told = (
        f'<title id="{title}">{escape(words.title)}</title>'
        f'<desc id="{description}">{escape(words.description)}</desc>'
    )
    start, _, rest = text.partition(">")
    return f"{start.replace('<svg', head, 1)}>{told}{rest}"
