"""How the page looks; colours come from the theme wherever there is one."""

CSS = """
.page { max-width: 1440px; padding: 8px 16px 32px; font-size: 15px; line-height: 1.5; }
.page h1 { font-size: 24px; font-weight: 600; line-height: 1.3; margin: 0; }
.page h2 { font-size: 18px; font-weight: 600; line-height: 1.3; margin: 12px 0 0; }
.page h3 { font-size: 15px; font-weight: 600; margin: 0 0 4px; }
.hint { font-size: 13px; line-height: 1.45; opacity: 0.78; }
.hint code { font-size: 12px; background: rgba(127, 127, 127, 0.14); }
.stale { font-weight: 500; border-left: 3px solid #e69f00; padding-left: 8px; }

.page .v-btn, .controls .v-btn { text-transform: none; letter-spacing: 0; }

.charts { display: grid; gap: 16px; grid-template-columns: repeat(auto-fit, minmax(340px, 1fr)); }
.chart { border: 1px solid rgba(127, 127, 127, 0.28); border-radius: 6px; padding: 12px 16px;
  min-width: 0; }

.pickers { display: flex; flex-wrap: wrap; gap: 16px; align-items: center; }
.pickers .v-input { max-width: 340px; }
.scroll { overflow-x: auto; }
table.numbers { border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
table.numbers caption { text-align: left; font-size: 13px; opacity: 0.78; padding-bottom: 4px; }
table.numbers th, table.numbers td { padding: 3px 20px 3px 0; text-align: right; min-width: 96px; }
table.numbers th { font-weight: 500; }
table.numbers th:first-child { text-align: left; min-width: 72px; }
table.numbers thead th { border-bottom: 1px solid rgba(127, 127, 127, 0.5); }
table.numbers tbody tr:nth-child(even) { background: rgba(127, 127, 127, 0.08); }

.controls { width: 376px; }
.controls.v-sheet, .controls .v-sheet { background: transparent; }
.controls h2 { font-size: 16px; font-weight: 600; margin: 8px 0 0; }
.controls .v-input--switch { margin-top: 4px; padding-top: 4px; }
.controls .v-messages { display: none; }
.controls .v-input__slot { margin-bottom: 4px; }
.controls .v-label { font-size: 14px; }
.controls .v-input__slider .v-input__slot { flex-direction: column; align-items: stretch; }
.controls .parameter { border-top: 1px solid rgba(127, 127, 127, 0.28); margin-top: 10px;
  padding-top: 10px; }
.controls .meaning { font-size: 14px; }
.controls details summary { cursor: pointer; margin-top: 4px; overflow-wrap: anywhere; }
.controls .run { position: sticky; bottom: 0; z-index: 1; padding: 16px 0 4px; }
.theme--light .controls .run { background: #ffffff; }
.theme--dark .controls .run { background: #363636; }
"""
