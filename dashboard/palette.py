"""Colours of the charts, for a light and a dark page.

Lines are told apart with every common colour vision (Okabe and Ito 2008, Color Universal Design);
the shades of maps grow steadily darker (lighter on a dark page), so they also work in grey.
"""

from dataclasses import dataclass

# From the values of a screen to light (sRGB): below the first number it is a straight line.
_STRAIGHT_TO, _STRAIGHT, _OFFSET, _GAMMA = 0.04045, 12.92, 0.055, 2.4
# Weights of red, green and blue in relative luminance (WCAG 2).
_WEIGHTS = (0.2126, 0.7152, 0.0722)
# Relative luminance on which dark and light text have the same contrast.
_SAME_CONTRAST = 0.179
_BYTE, _HEX = 255, 16
DARK_TEXT, LIGHT_TEXT = "#000000", "#ffffff"


@dataclass(frozen=True)
class Palette:
    """Colours of one theme.

    Attributes
    ----------
    text, faint, surface : str
        Text, lines behind the data, and what the chart lies on.
    worlds : dict of str to str
        Colour by world, ``A`` and ``B``.
    official : str
        Official figures.
    groups : tuple of str
        Colours of groups that are drawn together.
    shades : tuple of str
        From the least to the most, for maps.
    both_ways : tuple of str
        From much less over no change to much more, for maps of differences.
    missing : str
        Where there is no value.
    """

    text: str
    faint: str
    surface: str
    worlds: dict[str, str]
    official: str
    groups: tuple[str, ...]
    shades: tuple[str, ...]
    both_ways: tuple[str, ...]
    missing: str


LIGHT = Palette(
    text="#3c4043",
    faint="#d9dde2",
    surface="#ffffff",
    worlds={"A": "#0072b2", "B": "#c05a00"},
    official="#3c4043",
    groups=("#0072b2", "#c05a00", "#00795a", "#a3508a", "#7d6b00", "#3c4043", "#2a8fc4"),
    shades=("#f3f7ec", "#c6e0d2", "#7fbcc4", "#3f8cae", "#2b5b8c", "#2d2f63"),
    both_ways=("#0b4f8a", "#6ba6d0", "#f2f2f2", "#e8a468", "#a84300"),
    missing="#e6e6e6",
)
DARK = Palette(
    text="#d5d9e0",
    faint="#43484f",
    surface="#1e1e1e",
    worlds={"A": "#56b4e9", "B": "#f0a030"},
    official="#e8eaed",
    groups=("#56b4e9", "#f0a030", "#2cc093", "#e08fc5", "#e5d44a", "#c9ced6", "#8fd0f5"),
    shades=("#23283d", "#2b4a73", "#2f7393", "#52a4a6", "#98d0b4", "#eaf5d8"),
    both_ways=("#7cc0f0", "#3f7196", "#33363b", "#a56a2c", "#f5b05c"),
    missing="#3a3d42",
)


def palette(dark: bool) -> Palette:
    """Return the colours of the dark or of the light theme."""
    return DARK if dark else LIGHT


def shade(shades: tuple[str, ...], share: float) -> str:
    """Return the colour at a share of the way through shades, as ECharts mixes them."""
    place = min(max(share, 0.0), 1.0) * (len(shades) - 1)
    before = min(int(place), len(shades) - 2)
    one, other = _channels(shades[before]), _channels(shades[before + 1])
    mixed = (a + (b - a) * (place - before) for a, b in zip(one, other, strict=True))
    return "#" + "".join(f"{round(channel):02x}" for channel in mixed)


def text_on(fill: str) -> str:
    """Return the colour of text that can be read on a fill."""
    parts = zip(_channels(fill), _WEIGHTS, strict=True)
    luminance = sum(_light(channel / _BYTE) * weight for channel, weight in parts)
    return DARK_TEXT if luminance > _SAME_CONTRAST else LIGHT_TEXT


def _light(channel: float) -> float:
    if channel <= _STRAIGHT_TO:
        return channel / _STRAIGHT
    found: float = ((channel + _OFFSET) / (1 + _OFFSET)) ** _GAMMA
    return found


def _channels(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[at : at + 2], _HEX) for at in (1, 3, 5))
    return red, green, blue
