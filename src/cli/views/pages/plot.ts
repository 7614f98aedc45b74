import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import { escapeText } from '../../../io/svg.js'

/** Width of plots in pixels. */
export const PLOT_WIDTH = 880

/** How a cluster is drawn: readers who see no colours tell it by its symbol, its dashes and its name. */
export interface ClusterMark {
  name: string
  /** A colour that the page's style sets for light and dark. */
  color: string
  symbol: Plot.SymbolType
  dash: string
}

const SYMBOLS: Plot.SymbolType[] = ['circle', 'square', 'triangle', 'diamond', 'star', 'wye', 'cross']
const DASHES = ['none', '8 4', '2 3', '12 3 2 3', '4 2', '12 4', '1 4']
const COLORS = 8
/** Longest name in a plot. */
const LONGEST_NAME = 24

/** Marks of clusters by their names; those of the noise are faint crosses. */
export function clusterMarks(names: readonly string[], noise = -1): ClusterMark[] {
  return names.map((name, at) => ({
    name: shortenName(name, LONGEST_NAME),
    color: at === noise ? 'var(--dim)' : `var(--cluster-${at % COLORS})`,
    symbol: at === noise ? 'times' : SYMBOLS[at % SYMBOLS.length],
    dash: DASHES[at % DASHES.length],
  }))
}

/** A name of at most so many characters: its beginning and, since names of one table often begin alike, its end. */
export function shortenName(name: string, most: number): string {
  const characters = [...name]
  if (characters.length <= most) return name
  const end = Math.floor((most - 1) / 3)
  return `${characters.slice(0, most - 1 - end).join('')}…${characters.slice(-end).join('')}`
}

/** Symbols of clusters, by the field `at` of data, its number: filled, but for the crosses of the noise. */
export function drawSymbols<T extends { at: number }>(
  marks: readonly ClusterMark[],
  data: readonly T[],
  options: Plot.DotOptions,
): Plot.Markish[] {
  const isCross = ({ at }: T) => marks[at].symbol === 'times'
  const color = ({ at }: T) => marks[at].color
  const symbol = ({ at }: T) => marks[at].symbol
  const filled = { stroke: 'var(--ground)', strokeWidth: 0.75, ...options, symbol, fill: color } as Plot.DotOptions
  const crosses = { ...options, symbol: 'times', stroke: 'var(--dim)', strokeWidth: 1.25 } as Plot.DotOptions
  return [
    Plot.dot(data.filter(isCross), crosses),
    Plot.dot(
      data.filter((row) => !isCross(row)),
      filled,
    ),
  ]
}

/** A plot as an SVG element. `label` says to those who do not see it what it shows. */
export function drawPlot(label: string, options: Plot.PlotOptions): string {
  const { document } = parseHTML('<html><body></body></html>')
  const svg = Plot.plot({
    width: PLOT_WIDTH,
    ...options,
    document: document as unknown as Document,
    className: 'plot',
  }) as SVGSVGElement
  // The page has its rules, once.
  for (const style of [...svg.querySelectorAll('style')]) style.remove()
  return svg.outerHTML.replace('<svg', `<svg role="img" aria-label="${escapeText(label)}"`)
}

/** The symbols of clusters with their names, as HTML. */
export function htmlKey(marks: readonly ClusterMark[]): string {
  const items = marks.map(({ name }, at) => {
    const size = { width: 16, height: 16, margin: 0, axis: null, x: { domain: [-1, 1] }, y: { domain: [-1, 1] } }
    const svg = drawPlot(`the symbol of ${name}`, {
      ...size,
      r: { type: 'identity' },
      marks: drawSymbols(marks, [{ at }], { x: () => 0, y: () => 0, r: 5 }),
    } as Plot.PlotOptions)
    return `<li>${svg}${escapeText(name)}</li>`
  })
  return `<ul class="key">${items.join('')}</ul>`
}
