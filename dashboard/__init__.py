"""Views and controls composed by the app."""
