/** What pages of the server have beside those that stand alone: the way around, forms, lists of lines. */
export const webStyle = `
.skip { position: absolute; left: -99rem; } .skip:focus { left: .5rem; top: .5rem; background: var(--back); padding: .3rem; z-index: 1; }
nav { display: flex; flex-wrap: wrap; gap: .2rem 1rem; padding: .7rem 0 .4rem; border-bottom: 1px solid var(--line); }
nav a { text-decoration: none; padding: .1rem 0; } [aria-current] { font-weight: 600; color: inherit; text-decoration: none; border-bottom: 2px solid var(--link); }
form.period, form.find { display: flex; flex-wrap: wrap; gap: .4rem .8rem; align-items: center; margin: .6rem 0; font-size: .9rem; }
input, select, button { font: inherit; color: inherit; background: var(--back); border: 1px solid var(--dim); border-radius: 4px; padding: .15rem .4rem; }
button { cursor: pointer; background: var(--soft); } .quick a { margin-right: .5rem; }
.part:not([data-filled]) { min-height: 7rem; } main:focus { outline: none; } .stale { opacity: .5; }
.hop { border-left: 3px solid var(--line); padding-left: .9rem; margin: 1rem 0; } .hop.asked { border-color: var(--link); }
.parts { display: grid; grid-template-columns: minmax(9rem, 16rem) 6rem 1fr; gap: .1rem .6rem; font-size: .9rem; align-items: center; }
.parts svg.share { width: 100%; } .parts .of { padding-left: 1.2rem; color: var(--dim); } .parts .n { text-align: right; }
ol.course { list-style: none; padding: 0; } ol.course > li { margin: .5rem 0; } ol.course time { color: var(--dim); margin-right: .6rem; font-variant-numeric: tabular-nums; }
ul.tries { margin: .2rem 0; padding-left: 1.2rem; } .facets { display: flex; flex-wrap: wrap; gap: .5rem 2rem; } .facets h2 { margin: .4rem 0 .2rem; font-size: 1rem; } .hop h2 { margin-top: 0; } .facets ul { list-style: none; padding: 0; margin: 0; font-size: .9rem; }
@media (max-width: 40rem) { .parts { grid-template-columns: 1fr 5rem; } .parts svg.share { grid-column: 1 / -1; } }
`;
