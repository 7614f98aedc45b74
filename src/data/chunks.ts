import type { BufferScope, Executor } from '../engine/engine.js'
import { LloydError } from '../engine/error.js'
import type { EngineBuffer } from '../engine/kernel.js'
import { MEASURE_BLOCK } from '../kernels/points/point-blocks.js'
import type { GpuMatrix } from '../types.js'
import type { Source } from './point-source.js'
import { weightCount } from './weights.js'

/** Rows that share one buffer. */
export interface Chunk {
  /** Index of its first row and of its first block of MEASURE_BLOCK rows, among all points. */
  firstRow: number
  firstBlock: number
  rows: number
  blocks: number
  /** Float32, row-major, in the given units, minus the origin. It may be the caller's, which only kernels can read. */
  points: EngineBuffer
  /** One weight per row, or one unused word. */
  weights: EngineBuffer
}

type Values = Float32Array<ArrayBuffer> | GpuMatrix

/** Uploads the chunks of a source to the engine: once if they stay there, otherwise for every pass. */
export function chunkLoader(
  executor: Executor,
  scope: BufferScope,
  source: Source,
  name: string,
  weights: Float32Array<ArrayBuffer> | null,
) {
  const chunks: Chunk[] = []
  const hashes: number[] = []
  /** The buffers through which the chunks of a source that does not stay are uploaded. */
  let streamed: EngineBuffer | null = null
  const weightsOf = (firstRow: number, rows: number): EngineBuffer => {
    if (!weights) return scope.allocate('kmeans.noWeights', 4)
    if (firstRow + rows > weights.length) throw weightCount(weights.length, `at least ${firstRow + rows}`)
    return scope.upload('kmeans.weights', weights.subarray(firstRow, firstRow + rows))
  }
  const bring = (data: Values): EngineBuffer => {
    if (!(data instanceof Float32Array))
      return executor.borrow('kmeans.points', data.buffer, data.offset ?? 0, 4 * data.rows * data.columns)
    if (source.resident) return scope.upload('kmeans.points', data)
    if (!streamed || streamed.size < data.byteLength) {
      if (streamed) executor.release(streamed)
      streamed = scope.allocate('kmeans.points', data.byteLength)
    }
    executor.write(streamed, data)
    return streamed
  }
  return {
    chunks,
    /** The first pass, with the original values. */
    async *load() {
      let firstRow = 0
      let firstBlock = 0
      for await (const { data, rows } of source.chunks()) {
        const points = bring(data)
        if (!source.resident) hashes.push(hashOf(data as Float32Array<ArrayBuffer>))
        const blocks = Math.ceil(rows / MEASURE_BLOCK)
        const chunk = { firstRow, firstBlock, rows, blocks, points, weights: weightsOf(firstRow, rows) }
        chunks.push(chunk)
        yield { chunk, data }
        firstRow += rows
        firstBlock += blocks
      }
    },
    /** A later pass over a source that does not stay, which must yield the same values. */
    async *reload() {
      let index = 0
      for await (const { data, rows } of source.chunks()) {
        const chunk = chunks[index++]
        const hash = hashOf(data as Float32Array<ArrayBuffer>)
        if (chunk?.rows !== rows || hash !== hashes[index - 1]) throw changedSource(name)
        chunk.points = bring(data)
        yield chunk
      }
      if (index !== chunks.length) throw changedSource(name)
    },
  }
}

/** A hash of the values' bits, to compare passes over a source. */
function hashOf({ buffer, byteOffset, length }: Float32Array<ArrayBuffer>): number {
  const words = new Uint32Array(buffer, byteOffset, length)
  let hash = 0
  for (let i = 0; i < length; i++) hash = Math.imul(((hash << 5) | (hash >>> 27)) ^ words[i], 0x9e3779b1)
  return hash
}

/** The error for a source that did not repeat the values of its first pass. */
export function changedSource(name: string): LloydError {
  return new LloydError(
    'InputError',
    `the source of ${name} gave other points than in its first pass; it must repeat them`,
  )
}
