"""What only the browser knows or can do: theme, address, language of the page, names of buttons."""

# Solara and ipyvuetify export their names implicitly.
# mypy: disable-error-code="attr-defined, name-defined"

from collections.abc import Callable

import ipyvuetify
import solara
import traitlets

# Solara learns of a dark theme only once somebody presses the toggle, not from the system's
# preference; the page leaves its language and the buttons of its bar without names. The address
# is changed without telling the server, which would draw the whole page again.
_TEMPLATE = """
<template><span style="display: none"></span></template>
<script>
module.exports = {
  mounted() {
    this.name();
    this.tell();
    this.address();
    // Below this width the drawer of Solara's layout lies over the page.
    this.tell_narrow(window.innerWidth < 960);
  },
  watch: {
    "$vuetify.theme.dark"() { this.tell(); },
    query() { this.address(); },
    names() { this.name(); },
  },
  methods: {
    tell() { this.tell_dark(Boolean(this.$vuetify.theme.dark)); },
    address() {
      if (this.query) window.history.replaceState(null, "", "?" + this.query);
    },
    name() {
      document.documentElement.lang = this.language === "zh" ? "zh-CN" : "en";
      const view = document.querySelector("meta[name=viewport]");
      if (view) view.setAttribute("content", "width=device-width, initial-scale=1");
      const buttons = document.querySelectorAll("header button");
      this.names.forEach((name, i) => {
        const button = i === 0 ? buttons[0] : buttons[buttons.length - 1];
        if (button) button.setAttribute("aria-label", name);
      });
    },
  },
};
</script>
"""


class _BrowserWidget(ipyvuetify.VuetifyTemplate):
    template = traitlets.Unicode(_TEMPLATE).tag(sync=True)
    query = traitlets.Unicode("").tag(sync=True)
    language = traitlets.Unicode("en").tag(sync=True)
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    on_dark = traitlets.Callable(None, allow_none=True)
    on_narrow = traitlets.Callable(None, allow_none=True)

    def vue_tell_dark(self, dark: bool) -> None:
        if self.on_dark is not None:
            self.on_dark(dark)

    def vue_tell_narrow(self, narrow: bool) -> None:
        if self.on_narrow is not None:
            self.on_narrow(narrow)


@solara.component
def Browser(  # noqa: N802
    on_dark: Callable[[bool], None],
    on_narrow: Callable[[bool], None],
    query: str,
    language: str,
    names: list[str],
) -> None:
    """Tell what the browser shows.

    Parameters
    ----------
    on_dark : callable
        Called with whether the theme is dark, at once and whenever it changes.
    on_narrow : callable
        Called once with whether the settings would lie over the page, as on a phone.
    query : str
        What the address says after the question mark.
    language : str
    names : list of str
        Of the first and the last button of the bar, for screen readers.
    """
    _BrowserWidget.element(
        on_dark=on_dark, on_narrow=on_narrow, query=query, language=language, names=names
    )
