import { requireStorageBuffer } from '../../data/matrix.js'
import { BufferScope, type Executor, gpuBufferOf, type Step, step } from '../../engine/engine.js'
import { LloydError } from '../../engine/error.js'
import { bake } from '../../engine/webgpu/recording.js'
import { copyRowsToBuffer, requireReadableTexture, rowBytes } from '../../engine/webgpu/texture.js'
import { importPixels } from '../../kernels/color/image/import-pixels.js'
import type { Superpixels } from './superpixels.js'

/** What a segmenter's `record` reads and writes, on the engine's device. */
export interface SegmentBindings {
  /** The frame: 2D, of the segmenter's size, rgba8unorm or bgra8unorm or their -srgb formats, with COPY_SRC. */
  texture: GPUTexture
  /** For the superpixel of each pixel, row by row: a u32 each, with STORAGE. */
  labels: GPUBuffer
}

/** Frames for the caller's encoders. */
export interface SegmentRecording {
  record(encoder: GPUCommandEncoder, goesOn: boolean): void
  release(): void
}

const FORMATS = ['rgba8unorm', 'bgra8unorm', 'rgba8unorm-srgb', 'bgra8unorm-srgb']

/** Bakes the dispatches of a first frame and of one that goes on. */
export async function bindFrames(
  executor: Executor,
  superpixels: Superpixels,
  { iterations, frameIterations }: { iterations: number; frameIterations: number },
  { texture, labels }: SegmentBindings,
): Promise<SegmentRecording> {
  const { width, height } = superpixels.grid
  if (!executor.device) throw new LloydError('InputError', 'the CPU executor records nothing; call segment(frame)')
  requireBindings(executor, { texture, labels }, superpixels)
  const bring = await executor.compile(importPixels, { flags: { BGRA: texture.format.startsWith('bgra') } })
  const scope = new BufferScope(executor, { fresh: true })
  const bytesPerRow = rowBytes(4 * width)
  const rows = { texture, firstRow: 0, rowCount: height, bytesPerRow }
  try {
    const copy = scope.allocate('segments.texture', bytesPerRow * height)
    const pixels = scope.allocate('segments.pixels', 4 * width * height)
    const kinds = scope.allocate('segments.alphaKinds', 4)
    const own = executor.borrow('segments.labels', labels, 0, 4 * width * height)
    const frame = (count: number, goesOn: boolean): Step[] => [
      step(bring, { width, pixelCount: width * height, rowWords: bytesPerRow / 4 }, { rows: copy, pixels, kinds }),
      superpixels.pack(pixels, 0, width * height),
      ...(goesOn ? [] : [superpixels.place()]),
      ...Array.from({ length: count }, () => [
        superpixels.assign(null, 0, superpixels.tileRows),
        superpixels.update(),
      ]).flat(),
      superpixels.assign(own, 0, superpixels.tileRows),
    ]
    const first = bake(executor, frame(iterations, false))
    const next = bake(executor, frame(frameIterations, true))
    return {
      record(encoder, goesOn) {
        copyRowsToBuffer(encoder, rows, gpuBufferOf(copy) as GPUBuffer)
        // A frame that was aborted may have left some.
        if (!goesOn) encoder.clearBuffer(gpuBufferOf(superpixels.buffers.sums) as GPUBuffer)
        const pass = encoder.beginComputePass({ label: 'lloyd.segments' })
        const recording = goesOn ? next : first
        recording.encode(pass)
        pass.end()
      },
      release() {
        first.release()
        next.release()
        scope.release()
      },
    }
  } catch (error) {
    scope.release()
    throw error
  }
}

function requireBindings({ device }: Executor, { texture, labels }: SegmentBindings, { grid }: Superpixels): void {
  requireReadableTexture(device, texture, FORMATS)
  const { width, height } = grid
  if (texture.width !== width || texture.height !== height) {
    const size = `${texture.width} × ${texture.height}`
    throw new LloydError('InputError', `the texture is ${size}; this segmenter takes ${width} × ${height}`)
  }
  requireStorageBuffer('labels', labels)
  if (labels.size < 4 * width * height) {
    throw new LloydError('InputError', `labels need ${4 * width * height} bytes; the buffer has ${labels.size}`)
  }
}
