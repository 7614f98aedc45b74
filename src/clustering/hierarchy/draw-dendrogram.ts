import { AXIS, DIM, escapeText, FONT, formatTick, GRID, INK, roundNumbers } from '../../io/svg.js'
import type { Matrix, TypedArray } from '../../types.js'
import { Branches } from './branches.js'
import { fitNames } from './fit-names.js'

/** A hierarchy in its place. */
export interface Dendrogram {
  merges: Matrix<TypedArray>
  /** The names at the foot, in their order. */
  names: readonly string[]
  /** The middle of every cluster along the foot, by its id; names are 1 apart, the first at ½. */
  places: Float64Array
  /** The first merge that is drawn. */
  firstLink: number
  /** The number of the colour of every merge; −1 above the cut. */
  colors: Int32Array
  /** Number of clusters under the cut. */
  clusters: number
  /** Null: none. */
  cutHeight: number | null
}

/** How it is drawn. */
export interface Look {
  orientation: 'vertical' | 'horizontal'
  width?: number
  height?: number
  title?: string
  subtitle?: string
}

/** Height that is as good as none. */
const LEAST = 1e-300
/** Pixels from one name to the next, and those of all of them, where no size is given. */
const NAME_STEP = 16
const LENGTHS = [400, 1600]
/** Pixels of the other side. */
const BREADTH = 480

/** The area of the tree, and what is around it. */
interface Frame {
  upright: boolean
  width: number
  height: number
  left: number
  right: number
  top: number
  bottom: number
  /** Width of the branches. */
  stroke: number
  /** Parts of a pixel that places are rounded to. */
  parts: number
}

export function drawDendrogram(tree: Dendrogram, look: Look): string {
  const { names, clusters } = tree
  const rows = tree.merges.rows + 1
  const upright = look.orientation === 'vertical'
  const length = Math.min(Math.max(NAME_STEP * names.length, LENGTHS[0]), LENGTHS[1])
  const { width = upright ? 88 + length : BREADTH + 240, height = upright ? BREADTH : 120 + length } = look
  const head = 20 + (look.title ? 26 : 0) + (look.subtitle ? 20 : 0)
  const step = (upright ? width - 88 : height - head - 52) / names.length
  const fitted = fitNames(names, step, 0.35 * (upright ? height : width), upright)
  const notes = [
    ...(names.length < rows ? ['(n): a cluster of n rows'] : []),
    ...(fitted.every > 1 ? [`1 in ${fitted.every} is named`] : []),
  ]
  const foot = fitted.depth + 14 + (notes.length > 0 ? 24 : 0)
  const frame = {
    upright,
    width,
    height,
    left: upright ? 72 : foot,
    right: width - (upright ? 16 : 24),
    top: head,
    bottom: height - (upright ? foot : 52),
    stroke: Math.min(1.5, Math.max(0.5, Math.round(3 * step) / 10)),
    parts: step < 1 ? 2 : 10,
  }
  const cut = tree.cutHeight === null ? '' : `; ${clustersOf(clusters)} at the cut`
  const label = `${look.title ?? 'Dendrogram'}, ${rows} row${rows === 1 ? '' : 's'}${cut}`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeText(label)}" font-family="${FONT}" font-size="13" fill="${INK}">
<rect width="${width}" height="${height}" fill="#fff"/>
${drawHead(frame, look)}${drawTree(tree, frame)}
${fitted.draw((index) => placeOf(frame, (index + 0.5) / names.length, 0, 6))}
${drawNote(frame, notes.join('; '))}</svg>
`
}

const clustersOf = (count: number) => `${formatTick(count)} cluster${count === 1 ? '' : 's'}`

function drawHead({ left, upright }: Frame, { title, subtitle }: Look): string {
  const x = upright ? left : 16
  const lines = [
    ...(title ? [`<text x="${x}" y="28" font-size="18" font-weight="600">${escapeText(title)}</text>`] : []),
    ...(subtitle ? [`<text x="${x}" y="${title ? 48 : 24}" fill="${DIM}">${escapeText(subtitle)}</text>`] : []),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

/** The pixel at a share of the foot and of the heights, `below` the tree by some pixels. */
function placeOf({ upright, left, right, top, bottom, parts }: Frame, along: number, up: number, below = 0) {
  const round = (value: number) => Math.round(value * parts) / parts
  return upright
    ? { x: round(left + along * (right - left)), y: round(bottom - up * (bottom - top) + below) }
    : { x: round(left + up * (right - left) - below), y: round(top + along * (bottom - top)) }
}

/** The axis of heights, the branches and the cut. */
function drawTree({ merges, names, places, firstLink, colors, clusters, cutHeight }: Dendrogram, frame: Frame): string {
  const { data, rows: count } = merges
  const heightOf = (id: number) => (id < count + 1 + firstLink ? 0 : data[4 * (id - count) - 2])
  let highest = 0
  for (let merge = firstLink; merge < count; merge++) highest = Math.max(highest, data[4 * merge + 2])
  const top = highest > LEAST ? 1.05 * highest : 1
  const ticks = roundNumbers(top, 5).filter((tick) => tick <= top)
  const at = (place: number, height: number) => placeOf(frame, place / names.length, height / top)
  const branches = new Branches()
  for (let merge = firstLink; merge < count; merge++) {
    const [a, b, height] = data.subarray(4 * merge, 4 * merge + 3)
    for (const id of [a, b]) branches.add(colors[merge], at(places[id], height), at(places[id], heightOf(id)))
    branches.add(colors[merge], at(places[a], height), at(places[b], height))
  }
  const hasCut = cutHeight !== null && cutHeight <= top
  return [
    drawAxis(frame, ticks, top),
    branches.draw(frame.stroke),
    ...(hasCut ? [drawCut(frame, cutHeight / top, clustersOf(clusters))] : []),
  ].join('\n')
}

function drawAxis(frame: Frame, ticks: readonly number[], top: number): string {
  const { upright, left, right, bottom, height } = frame
  const lines = ticks.map((tick) => lineAcross(frame, tick / top, `stroke="${tick === 0 ? AXIS : GRID}"`))
  const texts = ticks.map((tick) => {
    const { x, y } = placeOf(frame, 0, tick / top)
    const at = upright ? `x="${left - 8}" y="${y}" dy="0.35em"` : `x="${x}" y="${bottom + 18}"`
    return `<text ${at}>${formatTick(tick)}</text>`
  })
  const at = upright
    ? `transform="translate(20 ${(frame.top + bottom) / 2}) rotate(-90)"`
    : `x="${(left + right) / 2}" y="${height - 12}"`
  return `${lines.join('\n')}
<g fill="${DIM}" text-anchor="${upright ? 'end' : 'middle'}">
${texts.join('\n')}
</g>
<text ${at} text-anchor="middle">height</text>`
}

/** A line of one height. */
function lineAcross(frame: Frame, up: number, style: string): string {
  const [from, to] = [placeOf(frame, 0, up), placeOf(frame, 1, up)]
  return `<line x1="${from.x}" y1="${from.y}" x2="${to.x}" y2="${to.y}" ${style}/>`
}

function drawCut(frame: Frame, up: number, text: string): string {
  const { x, y } = placeOf(frame, frame.upright ? 1 : 0, up)
  const at = `x="${x}" y="${y - 6}" text-anchor="${frame.upright ? 'end' : 'middle'}"`
  return `${lineAcross(frame, up, `stroke="${DIM}" stroke-width="1.5" stroke-dasharray="5 4"`)}
<text ${at} stroke="#fff" stroke-width="4" stroke-linejoin="round" paint-order="stroke">${text}</text>`
}

function drawNote({ upright, left, right, top, bottom, height }: Frame, note: string): string {
  if (note === '') return ''
  const at = upright
    ? `x="${(left + right) / 2}" y="${height - 10}"`
    : `transform="translate(20 ${(top + bottom) / 2}) rotate(-90)"`
  return `<text ${at} fill="${DIM}" text-anchor="middle">${note}</text>\n`
}
