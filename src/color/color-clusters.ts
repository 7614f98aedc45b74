import type { BufferScope, Executor } from '../engine/engine.js'
import type { EngineBuffer } from '../engine/kernel.js'
import { paceOf } from '../engine/pace.js'
import { assignColors } from '../kernels/assign-colors.js'
import { checkConvergence } from '../kernels/check-convergence.js'
import { listCandidates } from '../kernels/list-candidates.js'
import { mapColors } from '../kernels/map-colors.js'
import { roundPalette } from '../kernels/round-palette.js'
import { FULL, State, SUM_WORDS } from '../kernels/shared/quantizer-state.js'
import { updateCentroids } from '../kernels/update-centroids.js'
import type { ColorTable } from './color-table.js'
import type { Reporter } from './reporter.js'

/** Bytes of all candidate lists, which bounds their length; where a list is longer, all centroids are searched. */
const CANDIDATE_BYTES = 2 ** 26
const MAX_COARSE_CANDIDATES = 8192
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
  const { state, colors, counts, cellBits, cellCount, coarseBits, coarseCount, occupied, unique, alpha } = table
  const capacity = Math.min(centroidCount, CANDIDATE_BYTES / 4 / cellCount)
  const coarseCapacity = Math.min(centroidCount, MAX_COARSE_CANDIDATES)
  const flags = { ALPHA: alpha }
  const [list, assign, update, check, round, map] = await Promise.all([
    executor.compile(listCandidates, { flags }),
    executor.compile(assignColors, { flags }),
    executor.compile(updateCentroids, { flags }),
    executor.compile(checkConvergence),
    executor.compile(roundPalette, { flags }),
    executor.compile(mapColors, { flags }),
  ])
  const centroids = scope.upload('quantize.centroids', seeds)
  const rounded = scope.allocate('quantize.rounded', 16 * centroidCount)
  const palette = scope.allocate('quantize.palette', 4 * centroidCount)
  const populations = scope.allocate('quantize.populations', 4 * centroidCount)
  const sums = scope.allocate('quantize.sums', 4 * SUM_WORDS * centroidCount)
  const candidates = scope.allocate('quantize.candidates', 4 * cellCount * capacity)
  const candidateCounts = scope.allocate('quantize.candidateCounts', 4 * cellCount)
  const coarse = {
    candidates: scope.allocate('quantize.coarseCandidates', 4 * coarseCount * coarseCapacity),
    candidateCounts: scope.allocate('quantize.coarseCounts', 4 * coarseCount),
  }
  // The parent of all coarse cells: one cell with all centroids.
  const everything = scope.upload('quantize.all', new Uint32Array([FULL]))
  const labels = scope.upload('quantize.labels', new Uint32Array(unique).fill(0xffffffff))

  const search = { cellBits, centroidCount, capacity }
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
  const lists = { candidates, candidateCounts }
  const listAll = (of: EngineBuffer, skipWhenConverged: number) => {
    const common = { centroidCount, skipWhenConverged }
    executor.run(
      list,
      {
        ...common,
        cellCount: coarseCount,
        cellBits: coarseBits,
        capacity: coarseCapacity,
        occupiedOffset: cellCount,
        parentBits: 0,
        parentCapacity: 0,
      },
      { centroids: of, occupied, parentCandidates: everything, parentCounts: everything, ...coarse, state },
    )
    executor.run(
      list,
      {
        ...common,
        cellCount,
        cellBits,
        capacity,
        occupiedOffset: 0,
        parentBits: coarseBits,
        parentCapacity: coarseCapacity,
      },
      {
        centroids: of,
        occupied,
        parentCandidates: coarse.candidates,
        parentCounts: coarse.candidateCounts,
        ...lists,
        state,
      },
    )
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
    listAll(centroids, 1)
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
  listAll(rounded, 0)
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
