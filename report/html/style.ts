/** How the pages look: one sheet, for the screen in light and dark, for paper, and for a telephone. No font and no picture from elsewhere. */
export const style = `
:root { color-scheme: light dark; --back: #fff; --text: #1b1f24; --dim: #57606a; --line: #d5dae0; --soft: #f4f6f8; --link: #0a58ca;
  --good: #1a7f37; --warn: #8a5a00; --bad: #b42318;
  --c0: #0b6bcb; --c1: #c4460b; --c2: #2b8a3e; --c3: #8e44ad; --c4: #a67c00; --c5: #00838f; --c6: #ad1457; --c7: #5d6d7e; }
@media (prefers-color-scheme: dark) { :root { --back: #14171b; --text: #e6e9ed; --dim: #a3adb8; --line: #363d45; --soft: #1d2227; --link: #7ab7ff;
  --good: #5bd07a; --warn: #e9b44c; --bad: #ff8a7a;
  --c0: #5aa9ff; --c1: #ff8f5a; --c2: #6cd07f; --c3: #cf9bff; --c4: #e6c04d; --c5: #4dd0dc; --c6: #ff7fb0; --c7: #a9b7c6; } }
* { box-sizing: border-box; } input, select, button { max-width: 100%; }
body { margin: 0; overflow-wrap: anywhere; background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 1200px; margin: 0 auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; margin: 1.2rem 0 .3rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .4rem; } h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
p { margin: .4rem 0; } .dim, footer { color: var(--dim); } .good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); }
a { color: var(--link); } a:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.verdict { border-left: 4px solid var(--line); background: var(--soft); padding: .6rem .9rem; margin: .6rem 0; }
.verdict.bad { border-color: var(--bad); color: inherit; } .verdict.good { border-color: var(--good); color: inherit; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; margin: .4rem 0; } th, td { padding: .2rem .7rem .2rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--dim); } th, td { overflow-wrap: normal; } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; } td.n { white-space: nowrap; }
td.when { white-space: nowrap; } td.name { min-width: 6.5rem; } td.text { min-width: 12rem; } td.long { min-width: 18rem; } td.name, code, pre { font-family: ui-monospace, monospace; font-size: .85rem; overflow-wrap: anywhere; }
figure.chart { margin: .5rem 0; } figure.chart svg { width: 100%; height: auto; display: block; }
.tick { font-size: 11px; fill: var(--dim); } .grid { stroke: var(--line); stroke-width: 1; }
rect.none { fill: var(--soft); } .stroke { fill: none; stroke-width: 2; } .shade { opacity: .15; }
${Array.from({ length: 8 }, (_, i) => `rect.s${i}, circle.s${i}, path.shade.s${i} { fill: var(--c${i}); } path.stroke.s${i} { stroke: var(--c${i}); } i.s${i} { background: var(--c${i}); }`).join('\n')}
.key { margin-right: 1rem; font-size: .85rem; } .key i { display: inline-block; width: .7rem; height: .7rem; margin-right: .35rem; border-radius: 2px; }
svg.share { width: 5rem; height: .5rem; } details > summary { cursor: pointer; color: var(--dim); font-size: .9rem; }
@media (max-width: 40rem) { body { font-size: 16px; } th, td { padding-right: .5rem; } figure.chart { overflow-x: auto; } figure.chart svg { min-width: 34rem; } }
@media print { :root { color-scheme: light; } a { color: inherit; text-decoration: none; } details:not([open]) { display: none; }
  tr, figure, .verdict { break-inside: avoid; } h2, h3 { break-after: avoid; } .verdict, .key i { print-color-adjust: exact; }
  .scroll { overflow: visible; } table { font-size: .72rem; } td.n, td.when { white-space: normal; } th, td { padding-right: .4rem; } td.name, td.text, td.long { min-width: 6rem; } }
`;
