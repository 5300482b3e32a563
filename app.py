"""The dashboard: ``make app`` opens it in a browser."""

from dashboard.page import Layout, Page

__all__ = ["Layout", "Page"]
