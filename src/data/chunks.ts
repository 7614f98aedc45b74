import type { BufferScope, Executor } from '../engine/engine.js'
import { LloydError } from '../engine/error.js'
import type { EngineBuffer } from '../engine/kernel.js'
import { MEASURE_BLOCK } from '../kernels/points/point-blocks.js'
import type { GpuMatrix } from '../types.js'
import type { Source } from './point-source.js'
import { weightCount } from './weights.js'

/** Rows that lie together in one buffer. */
export interface Chunk {
  /** Number of its first row and of its first block of MEASURE_BLOCK rows, in all points. */
  firstRow: number
  firstBlock: number
  rows: number
  blocks: number
  /** Float32, row-major, as given, less the origin. */
  points: EngineBuffer
  /** A weight a row, or one unused word. */
  weights: EngineBuffer
}

type Values = Float32Array<ArrayBuffer> | GpuMatrix

/** Brings the chunks of a source to the engine: once where they stay there, else for every pass. */
export class ChunkLoader {
  readonly chunks: Chunk[] = []
  readonly #hashes: number[] = []
  /** What the chunks of a source that does not stay go through. */
  #streamed: EngineBuffer | null = null

  constructor(
    private readonly executor: Executor,
    private readonly scope: BufferScope,
    private readonly source: Source,
    private readonly name: string,
    private readonly weights: Float32Array<ArrayBuffer> | null,
  ) {}

  /** The first pass, with the values as they came. */
  async *load(): AsyncGenerator<{ chunk: Chunk; data: Values }> {
    let firstRow = 0
    let firstBlock = 0
    for await (const { data, rows } of this.source.chunks()) {
      const points = this.#bring(data)
      if (!this.source.resident) this.#hashes.push(hashOf(data as Float32Array<ArrayBuffer>))
      const blocks = Math.ceil(rows / MEASURE_BLOCK)
      const chunk = { firstRow, firstBlock, rows, blocks, points, weights: this.#weightsOf(firstRow, rows) }
      this.chunks.push(chunk)
      yield { chunk, data }
      firstRow += rows
      firstBlock += blocks
    }
  }

  /** Another pass over a source that does not stay, which has to give the same. */
  async *reload(): AsyncGenerator<Chunk> {
    let index = 0
    for await (const { data, rows } of this.source.chunks()) {
      const chunk = this.chunks[index++]
      const hash = hashOf(data as Float32Array<ArrayBuffer>)
      if (chunk?.rows !== rows || hash !== this.#hashes[index - 1]) throw changedSource(this.name)
      chunk.points = this.#bring(data)
      yield chunk
    }
    if (index !== this.chunks.length) throw changedSource(this.name)
  }

  #bring(data: Values): EngineBuffer {
    const { executor, scope } = this
    if (!(data instanceof Float32Array))
      return executor.borrow('kmeans.points', data.buffer, data.offset ?? 0, 4 * data.rows * data.columns)
    if (this.source.resident) return scope.upload('kmeans.points', data)
    if (!this.#streamed || this.#streamed.size < data.byteLength) {
      if (this.#streamed) executor.release(this.#streamed)
      this.#streamed = scope.allocate('kmeans.points', data.byteLength)
    }
    executor.write(this.#streamed, data)
    return this.#streamed
  }

  #weightsOf(firstRow: number, rows: number): EngineBuffer {
    const { weights, scope } = this
    if (!weights) return scope.allocate('kmeans.noWeights', 4)
    if (firstRow + rows > weights.length) throw weightCount(weights.length, `at least ${firstRow + rows}`)
    return scope.upload('kmeans.weights', weights.subarray(firstRow, firstRow + rows))
  }
}

/** A hash of the values' bits, by which passes over a source are compared. */
function hashOf({ buffer, byteOffset, length }: Float32Array<ArrayBuffer>): number {
  const words = new Uint32Array(buffer, byteOffset, length)
  let hash = 0
  for (let i = 0; i < length; i++) hash = Math.imul(((hash << 5) | (hash >>> 27)) ^ words[i], 0x9e3779b1)
  return hash
}

/** What is thrown where a source did not repeat what its first pass gave. */
export function changedSource(name: string): LloydError {
  return new LloydError(
    'InputError',
    `the source of ${name} gave other points than in its first pass; it must repeat them`,
  )
}
