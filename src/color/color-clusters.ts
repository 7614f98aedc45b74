import type { BufferScope, Executor } from '../engine/engine.js'
import type { EngineBuffer } from '../engine/kernel.js'
import { paceOf } from '../engine/pace.js'
import { assignColors } from '../kernels/assign-colors.js'
import { checkConvergence } from '../kernels/check-convergence.js'
import { mapColors } from '../kernels/map-colors.js'
import { roundPalette } from '../kernels/round-palette.js'
import { State, SUM_WORDS } from '../kernels/shared/quantizer-state.js'
import { updateCentroids } from '../kernels/update-centroids.js'
import { createCandidateLists } from './candidate-lists.js'
import type { ColorTable } from './color-table.js'
import type { Reporter } from './reporter.js'

/** Candidates that a colour is taken to have when work is cut: a few, a loaded coordinate each, and the additions. */
const EXPECTED_CANDIDATES = 64

export interface ColorClusters {
  /** Per distinct colour, the number of its palette entry. */
  labels: EngineBuffer
  /** `count` entries each: coordinates with 7 fractional bits (4 words), rgba8 bytes, and pixels. */
  centroids: Uint32Array
  palette: Uint32Array
  populations: Uint32Array
  iterations: number
  /** Exact, in 1/128², over all pixels. */
  squaredError: bigint
}

export interface LloydOptions {
  /** The first centroids stay where they are. */
  fixedCount: number
  maxIterations: number
  /** Stop when the centroids move by at most this in total, in 1/2048; null: when no label changes. */
  movementThreshold: number | null
}

/**
 * Lloyd's iterations over the distinct colours from `seeds` (4 coordinates each), then the mapping to the rounded
 * palette. Convergence is decided on the device; the result is read once, at the end.
 */
export async function clusterColors(
  executor: Executor,
  scope: BufferScope,
  table: ColorTable,
  seeds: Uint32Array<ArrayBuffer>,
  { fixedCount, maxIterations, movementThreshold }: LloydOptions,
  reporter: Reporter,
): Promise<ColorClusters> {
  const centroidCount = seeds.length / 4
  const { state, colors, counts, unique, alpha } = table
  const flags = { ALPHA: alpha }
  const [candidates, assign, update, check, round, map] = await Promise.all([
    createCandidateLists(executor, scope, table, state, centroidCount),
    executor.compile(assignColors, { flags }),
    executor.compile(updateCentroids, { flags }),
    executor.compile(checkConvergence),
    executor.compile(roundPalette, { flags }),
    executor.compile(mapColors, { flags }),
  ])
  const { search, lists } = candidates
  const centroids = scope.upload('quantize.centroids', seeds)
  const rounded = scope.allocate('quantize.rounded', 16 * centroidCount)
  const palette = scope.allocate('quantize.palette', 4 * centroidCount)
  const populations = scope.allocate('quantize.populations', 4 * centroidCount)
  const sums = scope.allocate('quantize.sums', 4 * SUM_WORDS * centroidCount)
  const labels = scope.upload('quantize.labels', new Uint32Array(unique).fill(0xffffffff))

  const pace = paceOf(executor)
  /** Runs a kernel over all colours, as many at a time as the device does in one submit. */
  const overColors = async (run: (range: { firstColor: number; colorCount: number }) => void) => {
    for (let firstColor = 0; firstColor < unique; ) {
      const atOnce = Math.max(1024, Math.floor(pace.budget / Math.min(centroidCount, EXPECTED_CANDIDATES)))
      const colorCount = Math.min(atOnce, unique - firstColor)
      run({ firstColor, colorCount })
      await pace.spend(colorCount * Math.min(centroidCount, EXPECTED_CANDIDATES))
      firstColor += colorCount
      reporter.throwIfAborted()
    }
  }
  const threshold = movementThreshold ?? 0
  const convergence = {
    byMovement: movementThreshold === null ? 0 : 1,
    thresholdLow: threshold % 2 ** 32,
    thresholdHigh: Math.min(Math.floor(threshold / 2 ** 32), 0xffffffff),
  }
  // A look at the state costs a round trip, an iteration after convergence next to nothing.
  const batch = executor.backend === 'cpu' ? 1 : reporter.watched ? 4 : 16
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    candidates.update(centroids, true)
    await overColors((range) =>
      executor.run(assign, { ...range, ...search }, { colors, counts, centroids, ...lists, labels, sums, state }),
    )
    executor.run(update, { centroidCount, fixedCount }, { centroids, sums, state })
    executor.run(check, convergence, { state })
    executor.submit()
    if (iteration % batch !== 0 || iteration === maxIterations) continue
    await reporter.step('cluster', iteration, maxIterations)
    if (new Uint32Array(await executor.read(state))[State.converged]) break
  }
  await reporter.step('cluster', maxIterations, maxIterations)

  executor.run(round, { centroidCount, fixedCount }, { centroids, palette, rounded })
  candidates.update(rounded, false)
  const mapBuffers = { colors, counts, centroids: rounded, ...lists, labels, populations, state }
  await overColors((range) => executor.run(map, { ...range, ...search }, mapBuffers))
  const [states, ...results] = (
    await Promise.all([state, centroids, palette, populations].map((buffer) => executor.read(buffer)))
  ).map((bytes) => new Uint32Array(bytes))
  return {
    labels,
    centroids: results[0],
    palette: results[1],
    populations: results[2],
    iterations: states[State.iterations],
    squaredError: (BigInt(states[State.error + 1]) << 32n) | BigInt(states[State.error]),
  }
}
