import type { BufferScope, Executor } from '../engine/engine.js'
import type { EngineBuffer } from '../engine/kernel.js'
import { placePalette } from '../kernels/place-palette.js'
import { roundPalette } from '../kernels/round-palette.js'
import { State } from '../kernels/shared/quantizer-state.js'
import { createCandidateLists } from './candidate-lists.js'
import { type LloydOptions, runLloyd } from './color-clusters.js'
import { measureError } from './color-error.js'
import { mapToPalette } from './color-mapping.js'
import type { ColorPoints } from './color-points.js'
import { type ColorSpace, colorSpace } from './color-space.js'
import type { ColorTable } from './color-table.js'
import type { Reporter } from './reporter.js'

export type SquaredErrors = Record<ColorSpace['name'], bigint>

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
  /** Exact, over all pixels, in squared coordinates of each space. */
  squaredErrors: SquaredErrors
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
  const flags = { ALPHA: points.alpha, OKLAB: points.space.OKLAB }
  const [candidates, round, place] = await Promise.all([
    createCandidateLists(executor, scope, points, state, centroidCount),
    executor.compile(roundPalette, { flags }),
    executor.compile(placePalette, { flags }),
  ])
  const centroids = scope.upload('quantize.centroids', seeds)
  await runLloyd(executor, scope, points, candidates, centroids, state, options, reporter)

  const palette = scope.allocate('quantize.palette', 4 * centroidCount)
  const entries = scope.allocate('quantize.entries', 16 * centroidCount)
  const { transfer, counts } = table
  executor.run(round, { centroidCount, fixedCount: options.fixedCount }, { centroids, transfer, palette })
  executor.run(place, { entryCount: centroidCount }, { palette, transfer, entries })
  const mapping = await mapToPalette(executor, scope, table, points, candidates, entries, state, reporter)
  const { labels, populations } = mapping
  const other = colorSpace(points.space.OKLAB ? 'srgb' : 'oklab')
  const otherError = await measureError(executor, scope, table, other, { palette, labels, weights: counts }, reporter)
  const [states, error, ...results] = (
    await Promise.all([state, otherError, palette, centroids, populations].map((buffer) => executor.read(buffer)))
  ).map((bytes) => new Uint32Array(bytes))
  const squaredErrors = { [points.space.name]: readU64(states, State.error), [other.name]: readU64(error, 0) }
  return {
    palette: results[0],
    centroids: results[1],
    populations: results[2],
    labels,
    iterations: states[State.iterations],
    squaredErrors: squaredErrors as SquaredErrors,
  }
}

/** The 64-bit integer at two words, low first. */
export function readU64(words: Uint32Array, index: number): bigint {
  return (BigInt(words[index + 1]) << 32n) | BigInt(words[index])
}
