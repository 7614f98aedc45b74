/**
 * Wu's variance-minimising boxes, written naively from the paper (X. Wu, "Efficient Statistical
 * Computations for Optimal Color Quantization", Graphics Gems II, 1991).
 *
 * The paper reads a box's moments from a table of prefix sums. Here a box simply holds the list of its
 * non-empty cells and adds them up, in any number of dimensions: slower, and with no table to get wrong.
 * All sums are integers below 2⁵³ and therefore exact; only variances are rounded, and computed as the paper writes
 * them (Σx² − Σ(Σx)²/n, axes in order, the first among equals), so that near-ties fall the same way everywhere.
 */

/** One histogram cell: its position, and the exact moments of the samples in it. */
interface Cell {
  position: number[]
  count: number
  sums: number[]
  squares: number
  /** Its samples are opaque. */
  opaque: boolean
}

export interface WuBox {
  /** Extent in cells, both ends included. The paper never shrinks a box, and its volume decides whether it can be cut. */
  low: number[]
  high: number[]
  cells: Cell[]
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

/** The cut with the greatest between-variance, or null where every cut leaves one side empty. */
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
 * At most `boxCount` boxes; fewer when no box can be cut any more. When that is so at the histogram's resolution, the
 * boxes are cut on at the samples' own, by the same rule.
 *
 * @param samples distinct vectors of `sampleBits` bits in each dimension, by default 8
 * @param counts how often each occurs
 * @param bits histogram bits per dimension
 * @param opaque the alpha of opaque samples, where there is a fourth dimension: they have the last layer of cells for
 *   themselves
 */
export function wuBoxes(
  samples: readonly number[][],
  counts: readonly number[],
  boxCount: number,
  bits: number,
  sampleBits: readonly number[] = samples[0].map(() => 8),
  opaque?: number,
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
  const boxes = cutGreedily([first], boxCount, dimensions)
  if (boxes.length === boxCount) return boxes
  const fine: WuBox[] = boxes.map((box) => ({
    low: box.low.map((value, d) => value << (sampleBits[d] - bits)),
    high: box.high.map((value, d) => {
      if (d === 3 && opaque !== undefined && value === last - 1) return opaque - 1
      return ((value + 1) << (sampleBits[d] - bits)) - 1
    }),
    cells: [],
  }))
  const boxAt = new Map<string, WuBox>()
  boxes.forEach((box, index) => {
    for (const { position } of box.cells) boxAt.set(position.join(), fine[index])
  })
  const single = new Map<string, Cell>()
  samples.forEach((sample, index) => {
    const known = single.get(sample.join())
    const cell = known ?? emptyCell(sample, isOpaque(sample))
    cell.count += counts[index]
    cell.squares += counts[index] * squaredNorm(sample)
    for (let d = 0; d < dimensions; d++) cell.sums[d] += counts[index] * sample[d]
    if (known) return
    single.set(sample.join(), cell)
    boxAt.get(positionOf(sample).join())!.cells.push(cell)
  })
  return cutGreedily(fine, boxCount, dimensions)
}

function cutGreedily(boxes: WuBox[], boxCount: number, dimensions: number): WuBox[] {
  const spreads = boxes.map((box) => (box.cells.length > 1 ? spread(box, dimensions) : 0))
  while (boxes.length < boxCount) {
    let next = 0
    for (let index = 1; index < boxes.length; index++) if (spreads[index] > spreads[next]) next = index
    if (spreads[next] <= 0) break
    const box = boxes[next]
    const cut = bestCut(box, dimensions)
    if (!cut) {
      spreads[next] = 0
      continue
    }
    const { axis, last } = cut
    const lower: WuBox = { low: [...box.low], high: [...box.high], cells: [] }
    const upper: WuBox = { low: [...box.low], high: [...box.high], cells: [] }
    lower.high[axis] = last
    upper.low[axis] = last + 1
    for (const cell of box.cells) (cell.position[axis] <= last ? lower : upper).cells.push(cell)
    boxes[next] = lower
    spreads[next] = lower.cells.length > 1 ? spread(lower, dimensions) : 0
    boxes.push(upper)
    spreads.push(upper.cells.length > 1 ? spread(upper, dimensions) : 0)
  }
  return boxes
}
