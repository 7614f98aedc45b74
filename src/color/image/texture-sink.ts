import type { BufferScope, Executor } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import { TEXTURE_COPY_DST } from '../../engine/usage.js'
import { copyToTexture, rowBytes } from '../../engine/webgpu/texture.js'
import { exportPixels } from '../../kernels/color/image/export-pixels.js'
import { INTO } from '../../options/color.js'
import { requireKnownOptions } from '../../options/table.js'
import type { EntryPlaces, EntrySink } from './entry-sink.js'
import type { PixelChunk } from './pixels.js'

/** The caller's textures for a quantized image: of the image's size, on the engine's device, with COPY_DST. */
export interface QuantizeTextures {
  /** Texture for the index of each pixel: r8uint, or r16uint, which is required above 256 `colors`. */
  indices?: GPUTexture
  /**
   * Texture for the colour of each pixel: rgba8unorm or bgra8unorm, or their -srgb formats, which get the same bytes.
   */
  colors?: GPUTexture
}

const FORMATS = {
  narrow: ['r8uint', 'r16uint'],
  wide: ['r16uint'],
  colors: ['rgba8unorm', 'rgba8unorm-srgb', 'bgra8unorm', 'bgra8unorm-srgb'],
}

/** Refuses textures that cannot hold the result, before any work. */
export function checkTextures(
  { device }: Executor,
  into: QuantizeTextures,
  { width, height }: { width: number; height: number },
  colors: number,
): void {
  requireKnownOptions('into', into, INTO)
  if (!into.indices && !into.colors)
    throw new LloydError('InputError', 'into needs a texture, { indices } or { colors }')
  if (!device) throw new LloydError('InputError', 'into needs the engine that owns the textures, not the CPU')
  const check = (name: string, texture: GPUTexture | undefined, formats: readonly string[]) => {
    if (!texture) return
    if (!formats.includes(texture.format) || texture.dimension !== '2d' || texture.sampleCount !== 1) {
      const wanted = formats.join(', ')
      throw new LloydError('InputError', `into.${name} is ${texture.format}; a 2D texture of ${wanted} is needed`)
    }
    if (texture.width !== width || texture.height !== height) {
      const size = `${texture.width} × ${texture.height}`
      throw new LloydError('InputError', `into.${name} is ${size} and the image ${width} × ${height}; make them equal`)
    }
    if (!(texture.usage & TEXTURE_COPY_DST)) {
      throw new LloydError('InputError', `into.${name} needs GPUTextureUsage.COPY_DST`)
    }
  }
  check('indices', into.indices, colors > 256 ? FORMATS.wide : FORMATS.narrow)
  check('colors', into.colors, FORMATS.colors)
}

/**
 * Writes the result to textures. Entries stay on the device, one or two bytes per pixel, until their places are known.
 */
export class TextureSink implements EntrySink {
  readonly wide: boolean
  readonly #kept: { chunk: PixelChunk; entries: EngineBuffer }[] = []

  constructor(
    private readonly executor: Executor,
    private readonly scope: BufferScope,
    private readonly into: QuantizeTextures,
    private readonly width: number,
    entryCount: number,
  ) {
    this.wide = entryCount > 256
  }

  async take(chunk: PixelChunk, entries: EngineBuffer): Promise<void> {
    const kept = this.scope.allocate('quantize.kept', entries.size)
    this.executor.copy(entries, kept, 0)
    this.#kept.push({ chunk, entries: kept })
  }

  async finish({ ranks, palette }: EntryPlaces): Promise<null> {
    const { indices, colors } = this.into
    if (indices) await this.#export('into.indices', indices, ranks ?? Uint32Array.from(palette.keys()))
    if (colors) {
      const bgra = colors.format.startsWith('bgra')
      const swap = (c: number) => (c & 0xff00ff00) | ((c & 0xff) << 16) | ((c >>> 16) & 0xff)
      await this.#export('into.colors', colors, bgra ? palette.map(swap) : palette.slice())
    }
    await this.executor.idle() // a destroyed texture, or one of another device, is refused here
    return null
  }

  /** Sets every pixel of `texture` to its entry's value. */
  async #export(name: string, texture: GPUTexture, entryValues: Uint32Array<ArrayBuffer>): Promise<void> {
    const { executor, scope, width, wide } = this
    const flags = { WIDE: wide, WIDE_ROWS: texture.format === 'r16uint', COLORS: texture.format.includes('8unorm') }
    const compiled = await executor.compile(exportPixels, { flags })
    const bytesPerRow = rowBytes(width * (flags.COLORS ? 4 : flags.WIDE_ROWS ? 2 : 1))
    const values = scope.upload('quantize.values', entryValues)
    const rowsOf = ({ count }: PixelChunk) => count / width
    const rows = scope.allocate('quantize.rows', bytesPerRow * rowsOf(this.#kept[0].chunk))
    for (const { chunk, entries } of this.#kept) {
      const rowCount = rowsOf(chunk)
      const rowWords = bytesPerRow / 4
      executor.run(compiled, { width, rowWords, wordCount: rowCount * rowWords }, { indices: entries, values, rows })
      const firstRow = (chunk.end - chunk.count) / width
      copyToTexture(executor, rows, { name, texture, firstRow, rowCount, bytesPerRow })
    }
  }
}
