"""The dashboard: ``make app`` opens it in a browser."""

from dashboard.first import prepare
from dashboard.page import Layout, Page

__all__ = ["Layout", "Page"]

# The server runs this file as a script; whoever imports it waits for nothing.
if __name__ == "__main__":
    prepare()
