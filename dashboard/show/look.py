"""How the tabs look; colours come from the theme wherever there is one."""

CSS = """
.tab { padding-top: 8px; min-width: 0; }
.tab h2 { font-size: 18px; font-weight: 600; line-height: 1.3; margin: 16px 0 4px; }
.tab h3 { font-size: 15px; font-weight: 600; line-height: 1.35; margin: 0 0 2px; }
.tab .lead { max-width: 78ch; margin: 0 0 8px; }
.tab .cards { display: grid; gap: 16px; margin-top: 8px;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); }
.tab .cards.wide { grid-template-columns: repeat(auto-fit, minmax(min(100%, 560px), 1fr)); }
.tab .card { border: 1px solid rgba(127, 127, 127, 0.32); border-radius: 6px; min-width: 0;
  padding: 12px 16px 8px; }
.tab .card p { margin: 0 0 4px; font-size: 14px; }
.tab .small { font-size: 13px; line-height: 1.45; }
.tab details { margin-top: 4px; font-size: 13px; }
.tab summary { cursor: pointer; }
.tab .picks { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: flex-end; margin: 8px 0; }
.pick select { border: 1px solid rgba(127, 127, 127, 0.75); border-radius: 4px; font-size: 15px;
  color: inherit; background: transparent; padding: 5px 8px; max-width: min(100%, 420px);
  appearance: auto; }
.theme--dark .pick option { background: #1e1e1e; color: #ffffff; }
.slide { width: 320px; }
.slide input { width: 100%; accent-color: #0072b2; }
.theme--dark .slide input { accent-color: #56b4e9; }
.figure { position: relative; min-width: 0; }
.figure .save { display: flex; gap: 8px; justify-content: flex-end; }
.figure .save button { font-size: 12px; padding: 2px 8px; border-radius: 4px; color: inherit;
  border: 1px solid rgba(127, 127, 127, 0.6); background: transparent; }
.pick select:focus-visible, .figure .save button:focus-visible, .slide input:focus-visible,
.tab summary:focus-visible { outline: 2px solid #0072b2; outline-offset: 2px; }
.tab .scroll { overflow-x: auto; }
.tab table.numbers { border-collapse: collapse; font-size: 13px;
  font-variant-numeric: tabular-nums; }
.tab table.numbers caption { text-align: left; font-size: 13px; padding-bottom: 4px; }
.tab table.numbers th, .tab table.numbers td { padding: 2px 16px 2px 0; text-align: right; }
.tab table.numbers th { font-weight: 500; }
.tab table.numbers th:first-child { text-align: left; }
.tab table.words td { text-align: left; vertical-align: top; }
.tab table.numbers thead th { border-bottom: 1px solid rgba(127, 127, 127, 0.5); }
.tab .story p { max-width: 84ch; margin: 0 0 6px; }
"""
