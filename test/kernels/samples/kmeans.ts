import { beginRound } from '../../../src/kernels/kmeans/begin-round.js'
import { endIteration } from '../../../src/kernels/kmeans/end-iteration.js'
import { findEmptyClusters } from '../../../src/kernels/kmeans/find-empty-clusters.js'
import { clusterWords } from '../../../src/kernels/kmeans/kmeans-state.js'
import { integers, type Sample, samplesOf } from '../sample'

export default [
  samplesOf(beginRound, {
    agreement: 'exact',
    samples: (random) =>
      [1, 64, 65, 1000].map((sumWords) => ({
        parameters: { sumWords },
        buffers: {
          state: integers(random, 6, 2 ** 32),
          firstBad: integers(random, 1, 9),
          sums: integers(random, sumWords + 3, 2 ** 32),
        },
      })),
  }),
  samplesOf(endIteration, {
    agreement: 'exact',
    samples(random) {
      const samples: Sample<typeof endIteration.parameters, typeof endIteration.bindings>[] = []
      for (const centroidCount of [1, 63, 64, 200]) {
        for (const byMovement of [0, 1]) {
          for (const fillEmpty of [0, 1]) {
            for (const [changes, stopped, empty] of [
              [0, 0, 0],
              [3, 0, 0],
              [3, 0, 2],
              [3, 1, 2],
            ]) {
              // Whole numbers, of which sums are exact in any order.
              const movements = Float32Array.from(integers(random, centroidCount, 9))
              const total = movements.reduce((sum, value) => sum + value, 0)
              const threshold = random() < 0.5 ? total : total - 1
              samples.push({
                parameters: { centroidCount, byMovement, threshold, fillEmpty },
                buffers: { movements, state: Uint32Array.of(changes, stopped, 7, empty, 5, 6) },
              })
            }
          }
        }
      }
      return samples
    },
  }),
  samplesOf(findEmptyClusters, {
    agreement: 'exact',
    samples: (random) =>
      [1, 64, 129].flatMap((centroidCount) =>
        [1, 5].map((columns) => ({
          parameters: { centroidCount, columns },
          buffers: {
            sums: integers(random, centroidCount * clusterWords(columns), 2),
            state: Uint32Array.of(1, centroidCount === 129 && columns === 5 ? 1 : 0, 2, 4, 5, 6),
          },
        })),
      ),
  }),
]
