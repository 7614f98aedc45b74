import { LloydError } from '../../engine/error.js'
import { concatenate } from '../concatenate.js'
import type { PlacedFrame } from './compose-frames.js'
import { type PngChunk, writePngChunks } from './png-chunks.js'

export interface ApngLayout {
  width: number
  height: number
  /** Number of times it is played; 0 for ever. */
  plays: number
  frames: ApngFrame[]
}

export interface ApngFrame extends Pick<PlacedFrame, 'left' | 'top' | 'width' | 'height' | 'disposal' | 'replaces'> {
  /** Display time, in milliseconds. */
  delay: number
  /** A PNG file of the frame alone. */
  png: Uint8Array<ArrayBuffer>
}

/** Chunks that apply to the pixels of every frame. */
const COMMON = ['PLTE', 'tRNS', 'cICP', 'iCCP', 'sRGB', 'gAMA', 'cHRM', 'sBIT']
const DISPOSALS = ['none', 'background', 'previous'] as const
/** Divisor of a delay whose own is 0: hundredths of a second. */
const USUAL_DIVISOR = 100

/** Number of frames of an animated PNG; 1 for a still one. */
export function countApngFrames(chunks: readonly PngChunk[]): number {
  return isAnimated(chunks) ? Math.max(1, chunks.filter(({ type }) => type === 'fcTL').length) : 1
}

function isAnimated(chunks: readonly PngChunk[]): boolean {
  const types = chunks.map(({ type }) => type)
  return types.includes('acTL') && types.indexOf('acTL') < types.indexOf('IDAT')
}

/**
 * Finds the frames of an animated PNG. A default image that is not part of the animation is left out.
 *
 * @throws LloydError `FormatError` when frames are missing, out of order or outside the image
 * @see https://www.w3.org/TR/png-3/#apng-frame-based-animation
 */
export function readApngLayout(chunks: readonly PngChunk[], where: string): ApngLayout {
  const damaged = (what: string) =>
    new LloydError('FormatError', `${where} is damaged or truncated (${what}); get an intact copy`)
  const header = viewOf(chunks[0].data)
  const [width, height] = [header.getUint32(0), header.getUint32(4)]
  const announced = viewOf(chunks.find(({ type }) => type === 'acTL')!.data)
  if (announced.byteLength < 8) throw damaged('acTL is too short')
  const groups: { control: DataView; data: Uint8Array[] }[] = []
  let sequence = 0
  for (const { type, data } of chunks) {
    if (type === 'IDAT') groups.at(-1)?.data.push(data)
    if (type !== 'fcTL' && type !== 'fdAT') continue
    if (data.length < (type === 'fcTL' ? 26 : 4) || viewOf(data).getUint32(0) !== sequence++) {
      throw damaged(`${type} is out of order`)
    }
    if (type === 'fcTL') groups.push({ control: viewOf(data), data: [] })
    else groups.at(-1)?.data.push(data.subarray(4))
  }
  const count = announced.getUint32(0)
  if (groups.length !== count || groups.some(({ data }) => data.length === 0)) {
    throw damaged(`${groups.filter(({ data }) => data.length > 0).length} of ${count} frames`)
  }
  const common = chunks.filter(({ type }) => COMMON.includes(type))
  const frames = groups.map(({ control, data }) => {
    const frame = describe(control)
    if (frame.width < 1 || frame.height < 1 || frame.left + frame.width > width || frame.top + frame.height > height) {
      throw damaged('a frame outside the image')
    }
    const own = Uint8Array.from(chunks[0].data)
    own.set(new Uint8Array(control.buffer, control.byteOffset + 4, 8))
    const png = writePngChunks([
      { type: 'IHDR', data: own },
      ...common,
      { type: 'IDAT', data: concatenate(data) },
      { type: 'IEND', data: new Uint8Array(0) },
    ])
    return { ...frame, png }
  })
  return { width, height, plays: announced.getUint32(4), frames }
}

function describe(control: DataView): Omit<ApngFrame, 'png'> {
  const [width, height, left, top] = [4, 8, 12, 16].map((at) => control.getUint32(at))
  return {
    left,
    top,
    width,
    height,
    delay: (1000 * control.getUint16(20)) / (control.getUint16(22) || USUAL_DIVISOR),
    disposal: DISPOSALS[control.getUint8(24)] ?? 'none',
    replaces: control.getUint8(25) === 0,
  }
}

function viewOf(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.length)
}
