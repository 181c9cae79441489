/** One plain style sheet; no script anywhere, so that an old browser of an agency shows the same. */
export const STYLE = `
:root { color-scheme: light dark; --line: #8884; --late: #b3261e; --soft: #777; }
body { font: 16px/1.45 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; margin: 0 auto; max-width: 72rem; padding: 0 1rem 3rem; }
header { display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; align-items: baseline; border-bottom: 1px solid var(--line); padding: .75rem 0; }
header strong { font-size: 1.15rem; }
header form { display: inline; }
header .end { margin-left: auto; }
h1 { font-size: 1.4rem; margin: 1.2rem 0 .6rem; }
h2 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--soft); }
.wide { overflow-x: auto; }
ul.plain { list-style: none; margin: 0; padding: 0; }
.late { color: var(--late); font-weight: 600; }
.soft { color: var(--soft); }
.off { color: var(--soft); text-decoration: line-through; }
.num { font-variant-numeric: tabular-nums; white-space: nowrap; }
blockquote { margin: .5rem 0; padding-left: .9rem; border-left: 3px solid var(--line); }
button, input { font: inherit; padding: .3rem .6rem; }
button.link { border: 0; background: none; padding: 0; color: LinkText; text-decoration: underline; cursor: pointer; }
a:focus-visible, button:focus-visible, input:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
`;
