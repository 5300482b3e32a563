"""The picture of the README stands alone."""

import xml.etree.ElementTree as ElementTree

from experiments.picture import PICTURE, draw
from experiments.report_data import read_run


def test_picture_is_a_complete_svg_without_the_colours_of_a_page(run_folder):
    text = draw(read_run(run_folder))
    assert ElementTree.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"
    assert "var(" not in text


def test_same_run_gives_the_same_picture(run_folder):
    assert draw(read_run(run_folder)) == draw(read_run(run_folder))


def test_readme_shows_the_picture_that_is_drawn():
    readme = PICTURE.parents[2] / "README.md"
    assert "docs/pictures/first-result.svg" in readme.read_text(encoding="utf-8")
    assert PICTURE.exists()
