import source from '../../../../shaders/kmeans/pruning/nearest-bounded.wgsl?raw'
import gridSource from '../../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../../engine/kernel.js'
import { KMeansState, NO_LABEL } from '../kmeans-state.js'

/** A bound above all others, of a point's own centroid. */
export const FAR = 3.4e38
/** Number of words of a point before its bounds: distances so far, its centroid, an upper, the least lower bound, and its length. */
const HEAD = 5
/** The square of a distance that is not found. */
const UNKNOWN = -1
/** Number of words of `bounds`. */
export const boundsWords = (rows: number, groups: number): number => rows * (HEAD + 4 * groups)
/** Maximum number of candidates of a point that is compared with those alone. */
export const mostCandidates = (centroidCount: number): number => centroidCount >> 1

/**
 * The nearest centroid of every point, without the distances to centroids that bounds rule out (C. Elkan, "Using the triangle
 * inequality to accelerate k-means", ICML 2003; the least lower bound: G. Hamerly, SDM 2010). Paths are of track-centroids;
 * a lower bound is kept with the path of its centroid added, an upper one with it subtracted, so that they need no update.
 *
 * `bounds` has `allRows` of each word of the head, then of every point a lower bound for each centroid, the own one's FAR.
 *
 * Labels are those of nearest-centroid to the bit. With n = columns + 3 and u = 2⁻²⁴, a score |c|²/2 − x·c in float32 is off
 * by at most E = nu/(1 − nu) · (|x| + |c|)²/2, in whatever order it is summed (N. Higham, "Accuracy and Stability", 2002,
 * §3.1), and twice the score plus |x|² by at most 2E + nu/(1 − nu) · |x|² from the squared distance. The slack
 * 4(columns + 8)u · (|x| + max|c|)², and 10⁻³⁶ for what underflows, is above both, and above the 4E by which two scores
 * can be in the wrong order: a centroid is left out only if its distance, less its error, is above the own one's with its
 * error and with that slack.
 */
export const nearestBounded = /* @__PURE__ */ defineKernel({
  name: 'nearest-bounded',
  sources: [gridSource, source],
  parameters: {
    firstRow: 'u32',
    rows: 'u32',
    allRows: 'u32',
    columns: 'u32',
    centroidCount: 'u32',
    groups: 'u32',
    most: 'u32',
    scale: 'f32',
    chunk: 'u32',
    anew: 'u32',
  },
  bindings: {
    points: 'read f32',
    shift: 'read f32',
    centroids: 'read f32',
    motion: 'read f32',
    bounds: 'read_write f32',
    labels: 'read_write u32',
    moves: 'read_write vec2<u32>',
    state: 'read_write atomic<u32>',
  },
  words: { STATE: KMeansState, NO_LABEL, HEAD },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ rows }, size) => Math.ceil(rows / size),
  twin(
    { firstRow, rows, allRows, columns, centroidCount, groups, most, scale, chunk, anew },
    { points, shift, centroids, motion, bounds, labels, moves, state },
  ) {
    if (state[KMeansState.stopped]) return
    const x = new Float32Array(columns)
    const squares = new Float64Array(centroidCount)
    const scores = new Float64Array(centroidCount)
    const candidates = new Uint32Array(centroidCount)
    const paths = 4 * groups
    const [longest, largest] = motion.subarray(2 * paths)
    const [down, up] = [1 - 2 ** -22, 1 + 2 ** -22]
    for (let row = firstRow; row < firstRow + rows; row++) {
      let norm = 0
      for (let column = 0; column < columns; column++) {
        x[column] = Math.fround(points[row * columns + column] - shift[column]) * scale
        norm += x[column] * x[column]
      }
      const slack = (columns + 8) * 2 ** -22 * (Math.sqrt(norm) + largest) ** 2 + 1e-36
      squares.fill(UNKNOWN)
      const measure = (c: number) => {
        let score = motion[c]
        for (let j = 0; j < columns; j++) score -= x[j] * centroids[c * columns + j]
        scores[c] = score
        squares[c] = Math.max(0, 2 * score + norm)
      }
      const at = HEAD * allRows + row * paths
      const [upperAt, lowerAt] = [2 * allRows + row, 3 * allRows + row]
      const own = anew ? 0 : bounds[allRows + row]
      const upper = bounds[upperAt] + motion[paths + own]
      let lower = bounds[lowerAt] - longest
      let nearest = own
      if (anew || lower <= Math.sqrt(upper ** 2 + slack)) {
        measure(own)
        const limit = anew ? FAR : Math.sqrt(squares[own] + 2 * slack) * up
        let count = 0
        for (let c = 0; c < centroidCount && lower <= limit && !anew; c++) {
          if (bounds[at + c] <= limit + motion[paths + c]) candidates[count++] = c
        }
        const all = anew !== 0 || count > most
        for (let i = 0; i < (all ? centroidCount : count); i++) measure(all ? i : candidates[i])
        let least = Infinity
        for (let c = 0; c < centroidCount; c++) {
          if (squares[c] === UNKNOWN || !(scores[c] < least)) continue
          least = scores[c]
          nearest = c
        }
        if (all || lower <= limit) {
          lower = FAR
          for (let c = 0; c < paths; c++) {
            const path = motion[paths + c]
            if (c >= centroidCount || c === nearest) bounds[at + c] = FAR
            else if (squares[c] !== UNKNOWN) bounds[at + c] = (Math.sqrt(Math.max(0, squares[c] - slack)) + path) * down
            if (c !== nearest && c < centroidCount) lower = Math.min(lower, bounds[at + c] - path)
          }
          bounds[lowerAt] = (lower + longest) * down
        }
        const [distance, path] = [Math.sqrt(squares[nearest] + slack) * up, motion[paths + nearest]]
        bounds[row] += all ? centroidCount : 1 + count
        bounds[allRows + row] = nearest
        bounds[upperAt] = distance - path + (distance + path) * (up - 1)
        bounds[4 * allRows + row] = Math.sqrt(norm)
      }
      const old = state[KMeansState.iterations] === 0 ? NO_LABEL : labels[row]
      if (old === nearest) continue
      labels[row] = nearest
      state[KMeansState.changes]++
      moves.set([row, old], 2 * state[KMeansState.moves + chunk]++)
    }
  },
})
