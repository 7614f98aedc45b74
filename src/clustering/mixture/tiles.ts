import type { Chunk } from '../../data/chunks.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import type { DeviceComponents, ParameterLayout } from './device-components.js'
import type { Moments } from './update.js'

/** Maximum bytes of a buffer for a tile. */
export const TILE_BYTES = 2 ** 24
/** Cost of an exponential, in multiply-adds. */
export const EXPONENTIAL_WORK = 16

/** Rows of a chunk that are processed at a time. */
export interface RowTile {
  chunk: Chunk
  /** In the chunk. */
  firstRow: number
  rows: number
}

/** What is found of points: responsibilities of a tile, components × rows, the others of a chunk. */
export interface Densities {
  /** Two parts each, whose sum is the log density in the mixture. */
  logDensities: EngineBuffer
  labels: EngineBuffer
  /** Null where nothing is to be kept for each component. */
  responsibilities: EngineBuffer | null
}

/** The kernels of one kind of covariances. */
export interface Tiles {
  /** Number of rows of a tile. */
  readonly rows: number
  /** Number of components whose factors share a buffer. */
  readonly groupSize: number
  /** How parameters are laid out on the device. */
  readonly layout: ParameterLayout
  /** Whether responsibilities may be null: threads then keep whole points, and compute them again for moments. */
  readonly direct: boolean
  /**
   * Queues the log densities of points in the mixture and their labels; or those in each component, in place of
   * responsibilities, from which the others follow.
   */
  densities(tile: RowTile, parameters: DeviceComponents, to: Densities): Promise<void>
  /**
   * Queues the moments of the points that `parameters` whiten, by responsibilities, or if they are null by those in the
   * mixture that whitens them. `kept`: the tile was the last for which densities were queued.
   */
  moments(tile: RowTile, parameters: DeviceComponents, densities: Densities, kept: boolean): Promise<void>
  /** Adds the moments queued so far, and clears them. */
  addMoments(sums: Moments): Promise<void>
  /** All zero. */
  noMoments(): Moments
}
