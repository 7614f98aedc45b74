/**
 * Wu's variance-minimizing boxes, written naively from the paper (X. Wu, "Efficient Statistical Computations for
 * Optimal Color Quantization", Graphics Gems II, 1991).
 *
 * The paper reads a box's moments from a table of prefix sums. Here a box simply holds the list of its non-empty cells
 * and adds them up, in any number of dimensions: slower, but without a table that could be wrong. All sums are integers
 * below 2⁵³ and therefore exact; only variances are rounded, and computed as the paper writes them (Σx² − Σ(Σx)²/n,
 * axes in order, the first among equals), so that near-ties fall the same way everywhere.
 */

/** One histogram cell: its position, and the exact moments of the samples in it. */
interface Cell {
  position: number[]
  count: number
  sums: number[]
  squares: number
  /** Whether its samples are opaque. */
  opaque: boolean
}

export interface WuBox {
  /** Extent in cells, both ends included. The paper never shrinks a box, and its volume decides whether it can be cut. */
  low: number[]
  high: number[]
  cells: Cell[]
  /** Whether its cells are single samples, whose extent it has. */
  open?: boolean
}

export interface Moments {
  count: number
  sums: number[]
  squares: number
}

export function momentsOf(cells: readonly Cell[], dimensions: number): Moments {
  const moments: Moments = { count: 0, sums: new Array(dimensions).fill(0), squares: 0 }
  for (const cell of cells) {
    moments.count += cell.count
    moments.squares += cell.squares
    for (let d = 0; d < dimensions; d++) moments.sums[d] += cell.sums[d]
  }
  return moments
}

function squaredNorm(vector: readonly number[]): number {
  return vector.reduce((sum, value) => sum + value * value, 0)
}

/** Sum of squared deviations from the box's mean. */
function spread(box: WuBox, dimensions: number): number {
  const { count, sums, squares } = momentsOf(box.cells, dimensions)
  return squares - squaredNorm(sums) / count
}

/** The cut with the greatest between-variance, or null if every cut leaves one side empty. */
function bestCut(box: WuBox, dimensions: number): { axis: number; last: number } | null {
  const whole = momentsOf(box.cells, dimensions)
  let best: { axis: number; last: number } | null = null
  let bestGain = 0
  for (let axis = 0; axis < dimensions; axis++) {
    const left: Moments = { count: 0, sums: new Array(dimensions).fill(0), squares: 0 }
    for (let last = box.low[axis]; last < box.high[axis]; last++) {
      for (const cell of box.cells) {
        if (cell.position[axis] !== last) continue
        left.count += cell.count
        for (let d = 0; d < dimensions; d++) left.sums[d] += cell.sums[d]
      }
      if (left.count === 0 || left.count === whole.count) continue
      const right = whole.sums.map((sum, d) => sum - left.sums[d])
      const gain = squaredNorm(left.sums) / left.count + squaredNorm(right) / (whole.count - left.count)
      if (gain > bestGain) {
        bestGain = gain
        best = { axis, last }
      }
    }
  }
  return best
}

/**
 * At most `boxCount` boxes; fewer if no box can be cut further. A box within a single cell of the histogram is cut at
 * the samples' own resolution, by the same rule; if that cell has more than 64 samples, only after all others.
 *
 * @param samples distinct vectors of `sampleBits` bits in each dimension, by default 8
 * @param counts number of occurrences of each
 * @param bits histogram bits per dimension
 * @param opaque the alpha of opaque samples, where there is a fourth dimension: they have the last layer of cells for
 *   themselves
 * @param whole cells are not cut, as in the paper
 */
export function wuBoxes(
  samples: readonly number[][],
  counts: readonly number[],
  boxCount: number,
  bits: number,
  sampleBits: readonly number[] = samples[0].map(() => 8),
  opaque?: number,
  whole = false,
) {
  const dimensions = samples[0].length
  const last = 2 ** bits - 1
  const isOpaque = (sample: readonly number[]) => opaque !== undefined && sample[3] === opaque
  const emptyCell = (position: number[], opaque: boolean): Cell => {
    return { position, count: 0, sums: new Array(dimensions).fill(0), squares: 0, opaque }
  }
  const positionOf = (sample: readonly number[]) =>
    sample.map((value, d) => {
      const position = value >> (sampleBits[d] - bits)
      return d === 3 && opaque !== undefined && value < opaque ? Math.min(position, last - 1) : position
    })
  const cells = new Map<number, Cell>()
  samples.forEach((sample, index) => {
    const position = positionOf(sample)
    const key = position.reduce((code, value) => code * 256 + value, 0)
    let cell = cells.get(key)
    if (!cell) {
      cell = emptyCell(position, isOpaque(sample))
      cells.set(key, cell)
    }
    cell.count += counts[index]
    cell.squares += counts[index] * squaredNorm(sample)
    for (let d = 0; d < dimensions; d++) cell.sums[d] += counts[index] * sample[d]
  })

  const first: WuBox = {
    low: new Array(dimensions).fill(0),
    high: new Array(dimensions).fill(last),
    cells: [...cells.values()],
  }
  /** The samples in the cell that holds all of a box's, as cells of their own. */
  const openCell = (box: WuBox): WuBox => {
    const [{ position }] = box.cells
    const inside = new Map<string, Cell>()
    samples.forEach((sample, index) => {
      if (positionOf(sample).join() !== position.join()) return
      const cell = inside.get(sample.join()) ?? emptyCell(sample, isOpaque(sample))
      cell.count += counts[index]
      cell.squares += counts[index] * squaredNorm(sample)
      for (let d = 0; d < dimensions; d++) cell.sums[d] += counts[index] * sample[d]
      inside.set(sample.join(), cell)
    })
    const own = [...inside.values()]
    const ends = (pick: (...values: number[]) => number) =>
      position.map((_, d) => own.reduce((end, cell) => pick(end, cell.position[d]), own[0].position[d]))
    return { low: ends(Math.min), high: ends(Math.max), cells: own, open: true }
  }
  return cutGreedily([first], boxCount, dimensions, whole ? null : openCell)
}

function cutGreedily(
  boxes: WuBox[],
  boxCount: number,
  dimensions: number,
  openCell: ((box: WuBox) => WuBox) | null,
): WuBox[] {
  const spreadOf = (box: WuBox) => (box.open && box.cells.length === 1 ? 0 : spread(box, dimensions))
  const spreads = boxes.map(spreadOf)
  /** Single cells of more than 64 samples, which wait until nothing else can be cut, with their spreads. */
  const crowded = new Map<number, number>()
  let last = false
  while (boxes.length < boxCount) {
    let next = 0
    for (let index = 1; index < boxes.length; index++) if (spreads[index] > spreads[next]) next = index
    if (spreads[next] <= 0) {
      if (crowded.size === 0) break
      for (const [index, own] of crowded) spreads[index] = own
      crowded.clear()
      last = true
      continue
    }
    let box = boxes[next]
    let cut = bestCut(box, dimensions)
    if (!cut && !box.open && openCell) {
      const opened = openCell(box)
      if (!last && opened.cells.length > 64) {
        crowded.set(next, spreads[next])
        spreads[next] = 0
        continue
      }
      box = opened
      cut = bestCut(box, dimensions)
    }
    if (!cut) {
      spreads[next] = 0
      continue
    }
    const { axis, last: end } = cut
    const lower: WuBox = { ...box, low: [...box.low], high: [...box.high], cells: [] }
    const upper: WuBox = { ...box, low: [...box.low], high: [...box.high], cells: [] }
    lower.high[axis] = end
    upper.low[axis] = end + 1
    for (const cell of box.cells) (cell.position[axis] <= end ? lower : upper).cells.push(cell)
    boxes[next] = lower
    spreads[next] = spreadOf(lower)
    boxes.push(upper)
    spreads.push(spreadOf(upper))
  }
  return boxes
}
