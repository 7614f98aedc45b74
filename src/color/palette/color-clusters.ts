import type { EngineBuffer } from '../../engine/kernel.js'
import { assignColors } from '../../kernels/color/palette/assign-colors.js'
import { averageColors } from '../../kernels/color/palette/average-colors.js'
import { checkConvergence } from '../../kernels/color/palette/check-convergence.js'
import { NO_LABEL, State, SUM_WORDS } from '../../kernels/color/palette/quantizer-state.js'
import { type ColorPoints, overColors } from '../table/color-points.js'
import type { ColorWork } from '../table/color-work.js'
import type { CandidateLists } from './candidate-lists.js'

export interface LloydOptions {
  /** Number of first centroids that do not move. */
  fixedCount: number
  maxIterations: number
  /** Maximum total movement of the centroids, in 1/2048, at which iterations stop; null: when no label changes. */
  movementThreshold: number | null
}

/**
 * Lloyd's iterations over the points, starting from and updating `centroids` (4 coordinates each). Convergence is
 * decided on the device, in `state`, which counts the iterations; nothing else is read.
 */
export async function runLloyd(
  { executor, scope, reporter }: ColorWork,
  points: ColorPoints,
  candidates: CandidateLists,
  { centroids, state }: Record<'centroids' | 'state', EngineBuffer>,
  { fixedCount, maxIterations, movementThreshold }: LloydOptions,
): Promise<void> {
  const { search, lists } = candidates
  const { centroidCount } = search
  const { count, flags, weights } = points
  const [assign, update, check] = await Promise.all([
    executor.compile(assignColors, { flags }),
    executor.compile(averageColors, { flags: { ALPHA: flags.ALPHA, OKLAB: flags.OKLAB } }),
    executor.compile(checkConvergence),
  ])
  const sums = scope.allocate('quantize.sums', 4 * SUM_WORDS * centroidCount)
  const labels = scope.upload('quantize.labels', new Uint32Array(count).fill(NO_LABEL))
  const assignBuffers = { points: points.points, weights, centroids, ...lists, labels, sums, state }
  const threshold = movementThreshold ?? 0
  const convergence = {
    byMovement: movementThreshold === null ? 0 : 1,
    thresholdLow: threshold % 2 ** 32,
    thresholdHigh: Math.min(Math.floor(threshold / 2 ** 32), 0xffffffff),
  }
  // Reading the state costs a round trip, an iteration after convergence next to nothing.
  const batch = executor.traits.immediate ? 1 : reporter.watched ? 4 : 16
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    candidates.update(centroids, true)
    await overColors(executor, reporter, count, centroidCount, (range) =>
      executor.run(assign, { ...range, ...search }, assignBuffers),
    )
    executor.run(update, { centroidCount, fixedCount }, { centroids, sums, state })
    executor.run(check, convergence, { state })
    executor.submit()
    if (iteration % batch !== 0 || iteration === maxIterations) continue
    await reporter.report('cluster', iteration, maxIterations)
    if (new Uint32Array(await executor.read(state))[State.converged]) break
  }
  scope.releaseOne(labels)
  await reporter.report('cluster', maxIterations, maxIterations)
}
