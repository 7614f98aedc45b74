import { AXIS, CLUSTER_COLORS } from '../../io/svg.js'

/** Lines of a path: some programs take a time that grows with their square. */
const MOST_LINES = 500

interface Pixel {
  x: number
  y: number
}

/** Ends of lines in pairs, by the row or column of pixels that they lie in. */
type Lines = Map<number, number[]>

/**
 * The lines of a dendrogram, each parallel to an axis. Those that overlap are drawn as one, so that a tree of more rows
 * than pixels makes no longer a document than its picture needs.
 */
export class Branches {
  readonly #colors = new Map<number, { vertical: Lines; horizontal: Lines }>()

  /** A line in the colour of a cluster, of which there are few and then the same again; −1: grey. */
  add(color: number, from: Pixel, to: Pixel): void {
    const kind = color < 0 ? -1 : color % CLUSTER_COLORS.length
    const lines = this.#colors.get(kind) ?? { vertical: new Map(), horizontal: new Map() }
    this.#colors.set(kind, lines)
    if (from.x === to.x) addLine(lines.vertical, from.x, from.y, to.y)
    else addLine(lines.horizontal, from.y, from.x, to.x)
  }

  draw(width: number): string {
    const paths = [...this.#colors]
      .sort(([a], [b]) => a - b)
      .flatMap(([color, { vertical, horizontal }]) => {
        const lines = [
          ...unitedLines(vertical).map(([x, from, to]) => `M${x} ${from}V${to}`),
          ...unitedLines(horizontal).map(([y, from, to]) => `M${from} ${y}H${to}`),
        ]
        return Array.from({ length: Math.ceil(lines.length / MOST_LINES) }, (_, part) => {
          const path = lines.slice(MOST_LINES * part, MOST_LINES * (part + 1)).join('')
          // What is above the cut is seen also where lines are thin.
          const look =
            color < 0 ? `stroke="${AXIS}" stroke-width="${Math.max(1, width)}"` : `stroke="${CLUSTER_COLORS[color]}"`
          return `<path ${look} d="${path}"/>`
        })
      })
    return `<g fill="none" stroke-width="${width}" stroke-linecap="square">\n${paths.join('\n')}\n</g>`
  }
}

function addLine(lines: Lines, at: number, from: number, to: number): void {
  const ends = lines.get(at)
  if (ends) ends.push(Math.min(from, to), Math.max(from, to))
  else lines.set(at, [Math.min(from, to), Math.max(from, to)])
}

/** Where they lie, and the ends of what is covered there. */
function unitedLines(lines: Lines): [at: number, from: number, to: number][] {
  const united: [number, number, number][] = []
  for (const [at, ends] of lines) {
    const starts = Array.from({ length: ends.length / 2 }, (_, line) => 2 * line).sort((a, b) => ends[a] - ends[b])
    let last: [number, number, number] | undefined
    for (const start of starts) {
      if (last && ends[start] <= last[2]) last[2] = Math.max(last[2], ends[start + 1])
      else {
        last = [at, ends[start], ends[start + 1]]
        united.push(last)
      }
    }
  }
  return united
}
