import type { Matrix } from 'lloyd'

/** One clustering of one shape. */
export interface Panel {
  shape: string
  method: string
  points: Matrix
  labels: ArrayLike<number>
  /** At the lower left and right of the panel. */
  remarks: [left: string, right: string]
}

const SIDE = 132
const GAP = 6
const LEFT = 18
const TOP = 22
const FOOT = 36
/** Space for remarks at the foot of a panel. */
const REMARKS = 16
const COLORS = ['#4269d0', '#efb118', '#ff725c', '#6cc5b0', '#3ca951', '#ff8ab7', '#a463f2', '#97bbf5', '#9c6b4e']
const NOISE = '#8a8a8a'

/** Panels as an SVG document, a row for each shape and a column for each method; the lines of a caption below. */
export function plotShapes(panels: readonly Panel[], caption: readonly string[]): string {
  const shapes = [...new Set(panels.map(({ shape }) => shape))]
  const methods = [...new Set(panels.map(({ method }) => method))]
  const width = LEFT + methods.length * (SIDE + GAP)
  const height = TOP + shapes.length * (SIDE + GAP) + FOOT
  const place = (at: number) => at * (SIDE + GAP) + SIDE / 2
  const names = [
    ...methods.map((name, at) => `<text x="${LEFT + place(at)}" y="15" class="name">${name}</text>`),
    ...shapes.map(
      (name, at) => `<text transform="translate(13 ${TOP + place(at)}) rotate(-90)" class="name">${name}</text>`,
    ),
  ]
  const drawn = panels.map((panel) => {
    const [x, y] = [methods.indexOf(panel.method), shapes.indexOf(panel.shape)].map((at) => at * (SIDE + GAP))
    return `<g transform="translate(${LEFT + x} ${TOP + y})">${drawPanel(panel)}</g>`
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">`,
    '<style>.name{text-anchor:middle;font-weight:bold;font-size:12px}path{fill:none;stroke-width:3.4;stroke-linecap:round}</style>',
    '<rect width="100%" height="100%" fill="white"/>',
    ...names,
    ...drawn,
    ...caption.map((line, at) => `<text x="${LEFT}" y="${height - FOOT + 14 + 15 * at}" fill="#444">${line}</text>`),
    '</svg>\n',
  ].join('\n')
}

/** A point is a stroke without length, with round ends. */
function drawPanel({ points, labels, remarks: [left, right] }: Panel): string {
  const [xs, ys] = [0, 1].map((column) => points.data.filter((_, at) => at % 2 === column))
  const bounds = [xs, ys].map((values) => [Math.min(...values), Math.max(...values)])
  const range = Math.max(...bounds.map(([least, greatest]) => greatest - least))
  const [midX, midY] = bounds.map(([least, greatest]) => (least + greatest) / 2)
  const inner = SIDE - REMARKS - 12
  const paths = new Map<number, string>()
  for (let row = 0; row < points.rows; row++) {
    const x = SIDE / 2 + (inner * (xs[row] - midX)) / range
    const y = 6 + inner / 2 - (inner * (ys[row] - midY)) / range
    paths.set(labels[row], `${paths.get(labels[row]) ?? ''}M${Math.round(x)} ${Math.round(y)}h0`)
  }
  const strokes = [...paths].map(([label, path]) => {
    const color = label < 0 ? NOISE : COLORS[label % COLORS.length]
    return `<path stroke="${color}"${label < 0 ? ' stroke-width="2"' : ''} d="${path}"/>`
  })
  const foot = `<text x="5" y="${SIDE - 5}">${left}</text><text x="${SIDE - 5}" y="${SIDE - 5}" text-anchor="end">${right}</text>`
  return `<rect width="${SIDE}" height="${SIDE}" fill="none" stroke="#ccc"/>${strokes.join('')}${foot}`
}
