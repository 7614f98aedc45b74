import type { BufferScope, Executor } from '../engine/engine.js'
import type { EngineBuffer } from '../engine/kernel.js'
import { roundPalette } from '../kernels/round-palette.js'
import { State } from '../kernels/shared/quantizer-state.js'
import { createCandidateLists } from './candidate-lists.js'
import { type LloydOptions, runLloyd } from './color-clusters.js'
import { mapToPalette } from './color-mapping.js'
import type { ColorPoints } from './color-points.js'
import type { ColorTable } from './color-table.js'
import type { Reporter } from './reporter.js'

/** A palette as Lloyd's iterations left it, unused entries and all, with the nearest entry of every distinct colour. */
export interface FoundPalette {
  /** Per entry, RGBA bytes in a word. */
  palette: Uint32Array
  /** Per entry, the four coordinates of the centroid it was rounded from. */
  centroids: Uint32Array
  /** Per entry, its pixels. */
  populations: Uint32Array
  /** Per distinct colour, the number of its entry. */
  labels: EngineBuffer
  iterations: number
  /** Exact, in squared coordinates, over all pixels. */
  squaredError: bigint
}

/** Clusters the points from `seeds` (4 coordinates each), rounds the centroids to bytes and maps every colour to them. */
export async function findPalette(
  executor: Executor,
  scope: BufferScope,
  table: ColorTable,
  points: ColorPoints,
  seeds: Uint32Array<ArrayBuffer>,
  options: LloydOptions,
  reporter: Reporter,
): Promise<FoundPalette> {
  const centroidCount = seeds.length / 4
  const state = scope.allocate('quantize.state', 4 * State.words)
  const [candidates, round] = await Promise.all([
    createCandidateLists(executor, scope, points, state, centroidCount),
    executor.compile(roundPalette, { flags: { ALPHA: points.alpha } }),
  ])
  const centroids = scope.upload('quantize.centroids', seeds)
  await runLloyd(executor, scope, points, candidates, centroids, state, options, reporter)

  const rounded = scope.allocate('quantize.rounded', 16 * centroidCount)
  const palette = scope.allocate('quantize.palette', 4 * centroidCount)
  executor.run(round, { centroidCount, fixedCount: options.fixedCount }, { centroids, palette, rounded })
  const { labels, populations } = await mapToPalette(
    executor,
    scope,
    table,
    points,
    candidates,
    rounded,
    state,
    reporter,
  )
  const [states, ...results] = (
    await Promise.all([state, palette, centroids, populations].map((buffer) => executor.read(buffer)))
  ).map((bytes) => new Uint32Array(bytes))
  return {
    palette: results[0],
    centroids: results[1],
    populations: results[2],
    labels,
    iterations: states[State.iterations],
    squaredError: (BigInt(states[State.error + 1]) << 32n) | BigInt(states[State.error]),
  }
}
