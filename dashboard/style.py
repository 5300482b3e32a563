"""How the page looks; colours come from the theme wherever there is one."""

CSS = """
.page { max-width: 1600px; padding: 8px 16px 32px; font-size: 15px; line-height: 1.5; }
.page h1 { font-size: 24px; font-weight: 600; line-height: 1.3; margin: 0 0 8px; }
.page h2 { font-size: 18px; font-weight: 600; line-height: 1.3; margin: 12px 0 4px; }
.page h3 { font-size: 15px; font-weight: 600; margin: 8px 0 4px; }
.page p { margin: 0 0 4px; }
.hint { font-size: 13px; line-height: 1.45; opacity: 0.85; overflow-wrap: anywhere; }
.theme--dark.v-btn.primary { background-color: #1565c0 !important; }
.finding { font-size: 16px; }
.about { margin: 8px 0; }
.next, .stale { font-weight: 500; border-left: 3px solid #0072b2; padding-left: 8px; }
.stale { border-color: #e69f00; }
.mark { font-size: 13px; font-weight: 600; border-left: 3px solid #e69f00; padding-left: 6px; }
.wrong { font-size: 13px; border-left: 3px solid #d55e00; padding-left: 6px;
  white-space: pre-line; }
.page .v-btn, .controls .v-btn, header .v-btn { text-transform: none; letter-spacing: 0; }
.page .v-tab { text-transform: none; letter-spacing: 0; }

.run-bar { border: 1px solid rgba(127, 127, 127, 0.28); border-radius: 6px; padding: 8px 12px; }
.run-bar .buttons { display: flex; flex-wrap: wrap; gap: 12px; align-items: center; }
.run-bar .replicates { flex: 0 1 320px; min-width: 220px; }
.run-bar .v-messages, .controls .v-messages { display: none; }

.files { display: flex; flex-wrap: wrap; gap: 8px; margin: 4px 0 8px; }
.files .v-btn { white-space: normal; height: auto; min-height: 36px; }
pre.code { font-size: 13px; padding: 8px 12px; border-radius: 6px; overflow-x: auto;
  background: rgba(127, 127, 127, 0.12); white-space: pre-wrap; overflow-wrap: anywhere; }

.pick { display: inline-flex; flex-direction: column; gap: 2px; font-size: 13px; max-width: 100%; }
.pick input[type=number] { border: 1px solid rgba(127, 127, 127, 0.75); border-radius: 4px;
  font-size: 15px; color: inherit; padding: 5px 8px; }
.pick input:focus-visible { outline: 2px solid #0072b2; outline-offset: 2px; }
.controls { width: 376px; max-width: 92vw; }
.controls.v-sheet, .controls .v-sheet { background: transparent; }
.controls h2 { font-size: 16px; font-weight: 600; margin: 12px 0 4px; }
.controls .v-input--switch { margin-top: 4px; padding-top: 4px; }
.controls .v-input__slot { margin-bottom: 4px; }
.controls .v-label { font-size: 14px; white-space: normal; height: auto; }
.controls .v-input__slider .v-input__slot { flex-direction: column; align-items: stretch; }
.controls .worlds { display: flex; flex-wrap: wrap; gap: 4px 8px; margin: 4px 0; }
.controls .policy { border-top: 1px solid rgba(127, 127, 127, 0.28); padding: 2px 0; }
.controls .policy > .v-btn { justify-content: flex-start; white-space: normal; height: auto;
  min-height: 36px; text-align: left; padding: 0 4px; }
.controls .policy > .v-btn .v-btn__content { flex: 1 1 auto; justify-content: flex-start;
  max-width: 100%; }
.controls .parameter { border-top: 1px dashed rgba(127, 127, 127, 0.28); margin: 8px 0 0 8px;
  padding-top: 8px; }
.controls .when { display: grid; grid-template-columns: 1fr 1fr; gap: 8px; margin-top: 8px; }
.choose { display: inline-block; position: relative; font-size: 14px; padding: 6px 12px;
  border: 1px solid rgba(127, 127, 127, 0.75); border-radius: 4px; margin: 4px 0; }
.choose input { position: absolute; inset: 0; width: 100%; opacity: 0; cursor: pointer; }
.choose:focus-within { outline: 2px solid #0072b2; outline-offset: 2px; }
.choose:hover { background: rgba(127, 127, 127, 0.12); }
.controls details summary { cursor: pointer; margin-top: 4px; }
"""
