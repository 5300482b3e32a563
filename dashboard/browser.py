"""What only the browser knows or can do: whether the theme is dark, names for screen readers."""

# Solara and ipyvuetify export their names implicitly.
# mypy: disable-error-code="attr-defined, name-defined"

from collections.abc import Callable

import ipyvuetify
import solara
import traitlets

# Solara learns of a dark theme only once somebody presses the toggle, not from the system's
# preference; the page leaves its language and the buttons of its bar without names.
_TEMPLATE = """
<template><span style="display: none"></span></template>
<script>
module.exports = {
  mounted() {
    document.documentElement.lang = "en";
    const buttons = document.querySelectorAll("header button");
    ["Show or hide the settings", "Light or dark"].forEach((name, i) => {
      if (buttons[i]) buttons[i].setAttribute("aria-label", name);
    });
    this.tell();
  },
  watch: { "$vuetify.theme.dark"() { this.tell(); } },
  methods: { tell() { this.tell_dark(Boolean(this.$vuetify.theme.dark)); } },
};
</script>
"""


class _BrowserWidget(ipyvuetify.VuetifyTemplate):
    template = traitlets.Unicode(_TEMPLATE).tag(sync=True)
    on_dark = traitlets.Callable(None, allow_none=True)

    def vue_tell_dark(self, dark: bool) -> None:
        if self.on_dark is not None:
            self.on_dark(dark)


@solara.component
def Browser(on_dark: Callable[[bool], None]) -> None:  # noqa: N802
    """Call `on_dark` with whether the theme is dark, at once and whenever it changes."""
    _BrowserWidget.element(on_dark=on_dark)
