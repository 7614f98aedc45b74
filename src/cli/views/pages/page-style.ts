import { CLUSTER_COLORS, FONT } from '../../../io/svg.js'

/** The cluster colours on a dark ground. */
const DARK_COLORS = ['#56a8e8', '#f0b440', '#3cc79a', '#e6a3cb', '#ff8f52', '#9bd7f7', '#dfd04a', '#f4f4f4']

const colors = (list: readonly string[]) => list.map((color, at) => `--cluster-${at}: ${color};`).join(' ')

const LIGHT = `--ink: #1f2933; --dim: #52606d; --line: #d5dae0; --faint: #b3bbc4; --ground: #ffffff; --panel: #f5f7f9; --link: #0b5cad; ${colors(CLUSTER_COLORS)}`
const DARK = `--ink: #e6eaee; --dim: #a9b4bf; --line: #3a444e; --faint: #5d6873; --ground: #14191e; --panel: #1d242b; --link: #7cbcff; ${colors(DARK_COLORS)}`

export const PAGE_STYLE = `
:root { color-scheme: light dark; ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 ${FONT}; }
header, main { max-width: 62rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 0.5rem; }
h2 { font-size: 1.4rem; margin: 2.5rem 0 0.5rem; padding-top: 0.75rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.15rem; margin: 2rem 0 0.25rem; }
h1, h2, h3, p, li, figcaption, caption { overflow-wrap: anywhere; }
p { margin: 0.5rem 0; max-width: 46rem; }
a { color: var(--link); }
.lead { font-size: 1.1rem; }
.dim, figcaption, caption { color: var(--dim); }
nav ul { list-style: none; margin: 1rem 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; }
.rule { padding: 0.5rem 0.75rem; background: var(--panel); border-left: 4px solid var(--faint); }
.rule code { font: 0.95em ui-monospace, 'SF Mono', Menlo, Consolas, monospace; }
figure { margin: 1rem 0 1.5rem; }
figcaption { font-size: 0.9rem; max-width: 46rem; margin-top: 0.25rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: 0.75rem 0; font-size: 0.9rem; }
caption { text-align: left; padding-bottom: 0.25rem; }
th, td { padding: 0.2rem 0.75rem 0.2rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); max-width: 18rem; }
thead th { vertical-align: bottom; border-bottom: 2px solid var(--faint); }
tbody th { font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
tbody .number { white-space: nowrap; }
.key { list-style: none; display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 0.5rem 0; padding: 0; font-size: 0.9rem; }
.key li { display: flex; align-items: center; gap: 0.35rem; }
.sheet { list-style: none; display: grid; grid-template-columns: repeat(auto-fill, minmax(8rem, 1fr)); gap: 1rem 0.75rem; margin: 1rem 0; padding: 0; }
.sheet li { display: flex; flex-direction: column; font-size: 0.8rem; line-height: 1.3; overflow-wrap: anywhere; break-inside: avoid; }
.sheet img { display: block; width: 100%; height: 8rem; object-fit: contain; background: var(--panel); margin-bottom: 0.25rem; }
.plot { display: block; height: auto; font-size: 12px; color: var(--ink); --plot-background: var(--ground); }
.plot text { white-space: pre; }
@media (min-width: 44rem) { .plot { max-width: 100%; } }
@media print {
  :root { ${LIGHT} }
  body { font-size: 11pt; }
  header, main { max-width: none; padding: 0; }
  nav { display: none; }
  h2, h3, caption { break-after: avoid; }
  figure, tr { break-inside: avoid; }
  .wide { overflow: visible; }
  .plot { max-width: 100%; }
  * { print-color-adjust: exact; }
}
`
