import type { Chunk } from '../../data/chunks.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import type { DeviceComponents, ParameterLayout } from './device-components.js'
import type { Moments } from './update.js'

/** Rows of a chunk whose responsibilities are held at a time. */
export interface RowTile {
  chunk: Chunk
  /** In the chunk. */
  firstRow: number
  rows: number
}

/** The results for each point; responsibilities are those of a tile, components × rows, the others of a chunk. */
export interface Densities {
  responsibilities: EngineBuffer
  logDensities: EngineBuffer
  labels: EngineBuffer
}

/** The kernels of one kind of covariances. */
export interface Tiles {
  /** Number of rows of a tile. */
  readonly rows: number
  /** Number of components whose factors share a buffer. */
  readonly groupSize: number
  /** Whether `densities` writes all results, or the log densities of the components in place of responsibilities. */
  readonly combined: boolean
  /** How parameters are laid out on the device. */
  readonly layout: ParameterLayout
  /** Queues the densities of points. */
  densities(tile: RowTile, parameters: DeviceComponents, to: Densities): Promise<void>
  /** Queues the moments of the points that `parameters` whiten; `kept`: it was the last for which densities were queued. */
  moments(tile: RowTile, parameters: DeviceComponents, responsibilities: EngineBuffer, kept: boolean): Promise<void>
  /** Adds the moments queued so far, and clears them. */
  addMoments(sums: Moments): Promise<void>
  /** All zero. */
  noMoments(): Moments
}
