// The package's main file is CommonJS.
import { type FrameOptions, GIFEncoder } from 'gifenc/dist/gifenc.esm.js'
import { LloydError, requireNumber } from '../../engine/error.js'
import { nextTask } from '../../engine/next-task.js'
import { ENCODE_GIF } from '../../options/io.js'
import { readOptions } from '../../options/table.js'
import { concatenate } from '../concatenate.js'
import { type IndexedImage, indexError, LARGEST_PALETTE, requireIndexedImage } from './indexed-image.js'

export interface EncodeGifOptions {
  /**
   * Display time of the frames in milliseconds, 0 … 655 350: one number, or one per frame; default 100. GIF stores
   * hundredths of a second, and viewers show frames of less than 20 ms for 100 ms.
   */
  delay?: number | readonly number[]
  /** Number of times an animation is played, 0 … 65 536; 0 (the default) for ever. */
  plays?: number
  /** Aborts between frames; the promise then rejects with `signal.reason`. */
  signal?: AbortSignal
}

/** GIF stores sizes in 16 bits. */
const LARGEST_SIDE = 0xffff
const TRAILER = 0x3b

/**
 * Writes a GIF: one image, or an animation of frames of equal size. Frames with the same palette share one colour
 * table. If that has room for one more entry, unchanged pixels of an opaque animation become transparent where this
 * makes the file smaller. Palette order is kept.
 *
 * GIF has no translucency: every entry must be opaque or fully transparent. So set the alpha of an image to 0 or 255
 * before it is quantized.
 *
 * @param image a result of `quantize`, or one for each frame: 1 to 256 entries, `width` × `height` indices, sides of at
 *   most 65 535 pixels
 * @throws LloydError `InputError` for translucent entries, more than 256 entries, frames of different sizes, or lengths
 *   or indices that do not fit
 * @see https://www.w3.org/Graphics/GIF/spec-gif89a.txt
 */
export async function encodeGif(
  image: IndexedImage | readonly IndexedImage[],
  options: EncodeGifOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const images = Array.isArray(image) ? (image as readonly IndexedImage[]) : [image as IndexedImage]
  const { delays, repeat, signal } = checkOptions(options, images.length)
  const frames = images.map(prepareFrame)
  requireOneSize(frames)
  signal?.throwIfAborted()
  const shared = frames.every(({ palette }) => isSame(palette, frames[0].palette))
  const cleared = frames.some(({ transparent }) => transparent !== null)
  // The entry for unchanged pixels. A frame that is cleared leaves nothing unchanged.
  const unchanged = shared && !cleared && frames.length > 1 ? roomIn(frames[0]) : null
  const parts: Uint8Array[] = []
  for (const [at, frame] of frames.entries()) {
    if (at > 0) await nextTask()
    signal?.throwIfAborted()
    const { indices, width, height } = frame
    const transparent = frame.transparent ?? (cleared ? roomIn(frame) : null)
    const tableSize = Math.max(frame.entryCount, 1 + (unchanged ?? transparent ?? 0))
    const settings: FrameOptions = {
      first: at === 0,
      palette: at === 0 || !shared ? colorsOf(frame.palette, tableSize) : undefined,
      colorDepth: Math.max(1, Math.ceil(Math.log2(tableSize))),
      transparent: transparent !== null,
      transparentIndex: transparent ?? 0,
      delay: delays[at],
      repeat,
      // A frame must not show the previous one through its transparent pixels. Some viewers clear a frame without a
      // transparent entry to a colour instead, so it gets one where there is room.
      dispose: cleared ? 2 : 1,
    }
    const whole = encodeFrame(indices, width, height, settings)
    parts.push(whole)
    if (unchanged === null || at === 0) continue
    // Half the size where little moves, but up to a fifth more where the whole scene does, so both are tried.
    const marked = markUnchanged(indices, frames[at - 1].indices, unchanged)
    const change = encodeFrame(marked, width, height, { ...settings, transparent: true, transparentIndex: unchanged })
    if (change.length < whole.length) parts[at] = change
  }
  parts.push(Uint8Array.of(TRAILER))
  return concatenate(parts)
}

/** Encodes one frame; the first one includes the header of the file. */
function encodeFrame(indices: Uint8Array, width: number, height: number, options: FrameOptions): Uint8Array {
  const encoder = GIFEncoder({ auto: false })
  if (options.first) encoder.writeHeader()
  encoder.writeFrame(indices, width, height, options)
  return encoder.bytes()
}

function checkOptions(options: EncodeGifOptions, frameCount: number) {
  const { delay, plays, signal } = readOptions('encodeGif', options, ENCODE_GIF)
  const { from, to } = ENCODE_GIF.delay
  if (frameCount === 0) throw new LloydError('InputError', 'an animation needs at least 1 frame, got 0')
  if (typeof delay !== 'number' && delay.length !== frameCount) {
    throw new LloydError('InputError', `delay must hold a number for each of ${frameCount} frames, got ${delay.length}`)
  }
  const delays = typeof delay === 'number' ? new Array<number>(frameCount).fill(delay) : delay
  for (const milliseconds of delays) {
    if (requireNumber('delay', milliseconds, from) > to) {
      throw new LloydError('InputError', `delay must be at most ${to} ms, got ${milliseconds}`)
    }
  }
  // The file stores the number of plays after the first, and nothing for a single one.
  return { delays, repeat: frameCount === 1 || plays === 1 ? -1 : Math.max(0, plays - 1), signal }
}

interface Frame {
  palette: Uint8Array
  entryCount: number
  indices: Uint8Array
  width: number
  height: number
  /** The entry of transparent pixels; null where all are opaque. */
  transparent: number | null
}

function prepareFrame(image: IndexedImage): Frame {
  const entryCount = requireIndexedImage(image, 'a GIF', LARGEST_SIDE)
  const { palette, width, height } = image
  const clear: number[] = []
  for (let entry = 0; entry < entryCount; entry++) {
    const alpha = palette[4 * entry + 3]
    if (alpha === 0) clear.push(entry)
    else if (alpha < 255) {
      throw new LloydError(
        'InputError',
        `entry ${entry} has alpha ${alpha}, but a GIF can only be opaque (255) or transparent (0); set the alpha of the image to one of them before it is quantized, or use encodePng`,
      )
    }
  }
  const outside = image.indices.findIndex((index) => index >= entryCount)
  if (outside >= 0) throw indexError(outside, image.indices[outside], entryCount)
  // GIF has only one transparent entry.
  const replaced = new Set(clear.slice(1))
  const indices =
    replaced.size > 0
      ? Uint8Array.from(image.indices, (index) => (replaced.has(index) ? clear[0] : index))
      : image.indices instanceof Uint8Array
        ? image.indices
        : Uint8Array.from(image.indices)
  return { palette, entryCount, indices, width, height, transparent: clear[0] ?? null }
}

/** The index of an additional entry; null in a full palette. */
function roomIn({ entryCount }: Frame): number | null {
  return entryCount < LARGEST_PALETTE ? entryCount : null
}

function requireOneSize(frames: readonly Frame[]): void {
  const [{ width, height }] = frames
  const odd = frames.findIndex((frame) => frame.width !== width || frame.height !== height)
  if (odd < 0) return
  throw new LloydError(
    'InputError',
    `frame ${odd} is ${frames[odd].width} × ${frames[odd].height}, the first is ${width} × ${height}; give frames of equal size`,
  )
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i])
}

/** The colour table, padded with black. */
function colorsOf(palette: Uint8Array, entryCount: number) {
  return Array.from({ length: entryCount }, (_, entry): [number, number, number] => [
    palette[4 * entry] ?? 0,
    palette[4 * entry + 1] ?? 0,
    palette[4 * entry + 2] ?? 0,
  ])
}

function markUnchanged(indices: Uint8Array, before: Uint8Array, unchanged: number): Uint8Array {
  const marked = new Uint8Array(indices.length)
  for (let i = 0; i < indices.length; i++) marked[i] = indices[i] === before[i] ? unchanged : indices[i]
  return marked
}
