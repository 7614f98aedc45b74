import source from '../../../shaders/kmeans/try-candidates.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { MEASURE_BLOCK } from '../points/point-blocks.js'

/** The potential of k-means++ with each candidate added, per block of points. */
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
    candidateCount: 'u32',
    scale: 'f32',
  },
  bindings: {
    points: 'read f32',
    weights: 'read f32',
    shift: 'read f32',
    distances: 'read f32',
    candidates: 'read f32',
    potentials: 'read_write f32',
  },
  words: { MEASURE_BLOCK },
  flags: { WEIGHTED: false },
  workgroupSize: 64,
  workgroups: ({ begin, end, candidateCount }, size) => Math.ceil(((end - begin) * candidateCount) / size),
  twin(
    { firstBlock, begin, end, allBlocks, rows, columns, candidateCount, scale },
    { points, weights, shift, distances, candidates, potentials },
    { WEIGHTED },
  ) {
    const blockCount = end - begin
    for (let index = 0; index < blockCount * candidateCount; index++) {
      const block = begin + (index % blockCount)
      const candidate = Math.floor(index / blockCount)
      let sum = 0
      for (let row = block * MEASURE_BLOCK; row < Math.min((block + 1) * MEASURE_BLOCK, rows); row++) {
        let distance = 0
        for (let column = 0; column < columns; column++) {
          const x = Math.fround(points[row * columns + column] - shift[column]) * scale
          const difference = x - candidates[candidate * columns + column]
          distance += difference * difference
        }
        const least = Math.min(distances[row], distance)
        sum += WEIGHTED ? weights[row] * least : least
      }
      potentials[candidate * allBlocks + firstBlock + block] = sum
    }
  },
})
