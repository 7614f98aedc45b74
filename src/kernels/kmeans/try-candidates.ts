import source from '../../../shaders/kmeans/try-candidates.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { SEED_BLOCK } from '../points/point-blocks.js'

/**
 * The squared distances to the centroids so far, with the latest included, and the potential of k-means++ with each of
 * a round's candidates added, per block of points. `candidates` are rows of working coordinates, filled up with zeros
 * to multiples of four columns; row `latest`, the last, is the latest centroid.
 *
 * VECTOR: columns are a multiple of 4. UNIFORM: candidates are in a uniform buffer. Constants: TRIALS (candidates) and
 * CENTERS (one more).
 */
export const tryCandidates = /* @__PURE__ */ defineKernel({
  name: 'try-candidates',
  sources: [gridSource, source],
  parameters: {
    firstBlock: 'u32',
    begin: 'u32',
    end: 'u32',
    allBlocks: 'u32',
    rows: 'u32',
    columns: 'u32',
    latest: 'u32',
    round: 'u32',
    farthest: 'u32',
    scale: 'f32',
  },
  bindings: {
    points: 'read f32',
    weights: 'read f32',
    shift: 'read vec4<f32>',
    candidates: 'read vec4<f32>',
    distances: 'read_write f32',
    potentials: 'read_write f32',
  },
  words: { SEED_BLOCK },
  flags: { WEIGHTED: false, VECTOR: false, UNIFORM: false },
  elements: { VECTOR: { points: 'vec4<f32>' } },
  uniforms: { UNIFORM: ['shift', 'candidates'] },
  constants: { TRIALS: 3, CENTERS: 4 },
  registerLoops: true,
  workgroupSize: 64,
  workgroups: ({ begin, end }) => end - begin,
  twin(
    { firstBlock, begin, end, allBlocks, rows, columns, latest, round, farthest, scale },
    { points, weights, shift, candidates, distances, potentials },
    { WEIGHTED },
  ) {
    const stride = 4 * Math.ceil(columns / 4)
    const x = new Float32Array(columns)
    const squareTo = (center: number) => {
      let square = 0
      for (let column = 0, at = center * stride; column < columns; column++, at++) {
        square += (x[column] - candidates[at]) * (x[column] - candidates[at])
      }
      return square
    }
    const sums = new Float64Array(latest)
    for (let block = begin; block < end; block++) {
      sums.fill(0)
      for (let row = block * SEED_BLOCK; row < Math.min((block + 1) * SEED_BLOCK, rows); row++) {
        for (let column = 0; column < columns; column++) {
          x[column] = Math.fround(points[row * columns + column] - shift[column]) * scale
        }
        const square = squareTo(latest)
        distances[row] = round > 1 ? Math.min(square, distances[row]) : square
        const known = round === 0 ? Infinity : distances[row]
        for (let trial = 0; trial < latest; trial++) {
          const least = Math.min(known, squareTo(trial))
          if (!farthest) sums[trial] += WEIGHTED ? weights[row] * least : least
          else if (!WEIGHTED || weights[row] > 0) sums[trial] = Math.max(sums[trial], least)
        }
      }
      for (let trial = 0; trial < latest; trial++) potentials[trial * allBlocks + firstBlock + block] = sums[trial]
    }
  },
})
