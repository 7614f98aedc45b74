import { inTurns, type Runs } from './runs.js'

/** Borders of neighbouring regions. Two regions may have several. */
export interface Borders {
  count: number
  /** The regions on both sides. */
  ones: Uint32Array
  others: Uint32Array
  /** In sides of pixels. */
  lengths: Uint32Array
}

/** Room for the borders of `runCount` runs: each has one with the run before, two rows of m and n at most m + n − 1. */
export function roomForBorders(runCount: number): Borders {
  const most = 3 * runCount
  return { count: 0, ones: new Uint32Array(most), others: new Uint32Array(most), lengths: new Uint32Array(most) }
}

/** The borders at which a region has fewer than `least` pixels. */
export async function listBorders(
  runs: Runs,
  areas: Uint32Array,
  least: number,
  signal?: AbortSignal,
): Promise<Borders> {
  // Memory that is not written to is not used.
  const borders = roomForBorders(runs.labels.length)
  const isSmall = areas.map((area) => Number(area < least))
  const list = (first: number, end: number) => {
    for (let y = first; y < end; y++) addBorders(borders, runs, isSmall, y)
  }
  await inTurns(runs.height, runs.width, list, signal)
  return borders
}

/** Adds the borders of the runs of a row with those before and above them, if one of the regions is marked by 1. */
export function addBorders(
  borders: Borders,
  { rows, starts, labels, width }: Runs,
  marks: Uint32Array,
  y: number,
): void {
  const { ones, others, lengths } = borders
  let { count } = borders
  const end = rows[y + 1]
  const aboveEnd = y === 0 ? 0 : rows[y]
  let above = y === 0 ? 0 : rows[y - 1]
  let before = labels[rows[y]]
  for (let run = rows[y]; run < end; run++) {
    const label = labels[run]
    const mark = marks[label]
    ones[count] = label
    others[count] = before
    lengths[count] = 1
    count += isBorder(label ^ before) & (mark | marks[before])
    before = label
    const last = starts[run + 1] - width
    let from = starts[run] - width
    while (above < aboveEnd && from < last) {
      const other = labels[above]
      const next = starts[above + 1]
      const to = Math.min(last, next)
      ones[count] = label
      others[count] = other
      lengths[count] = to - from
      count += isBorder(label ^ other) & (mark | marks[other])
      above += 1 - ((last - next) >>> 31)
      from = to
    }
  }
  borders.count = count
}

/** 1 unless the bits are 0. */
function isBorder(bits: number): number {
  return (bits | -bits) >>> 31
}
