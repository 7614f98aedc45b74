import { type DecodedFrames, LloydError, readFrames, readImage } from 'lloyd'
import { fromInput, inputName, outputName } from '../standard-io.js'
import { remark } from '../views/terminal.js'
import type { Job } from './plan.js'

/** The pixels of a job: its frames, one below another, which share a palette. */
export interface FrameStack {
  /** RGBA to be quantized, `height` rows of `width` pixels for each frame. */
  data: Uint8ClampedArray<ArrayBuffer>
  /** The decoded RGBA, where the output cannot hold its alpha; otherwise null. */
  decoded: Uint8ClampedArray<ArrayBuffer> | null
  width: number
  /** Height of one frame, in pixels. */
  height: number
  /** Display time of each frame, in milliseconds; 0 in a still image. */
  delays: number[]
  plays: number
  format: DecodedFrames['format']
  /** Number of frames or pages of the input that are not used. */
  pagesLeft: number
  /** Total size of the files. */
  bytes: number
}

/** Minimum alpha of pixels that become opaque in a format without translucency; others become transparent. */
const OPAQUE_FROM = 128

/** Decodes the images of a job: for a PNG the first frame, for a GIF all frames of all of them. */
export async function readJob(job: Job): Promise<FrameStack> {
  const stack = job.format === 'gif' ? await readAnimation(job) : await readStill(job.inputs[0])
  if (stack.pagesLeft > 0) {
    const remedy = ['gif', 'png', 'webp'].includes(stack.format) ? '; --format gif keeps them all' : ''
    remark(`${inputName(job.inputs[0])} has ${stack.pagesLeft + 1} frames; the first is used${remedy}`)
  }
  if (job.format !== 'gif' || !isTranslucent(stack.data)) return stack
  remark(
    `${outputName(job.output)} cannot be translucent, so alpha below ${OPAQUE_FROM} became 0 and the rest 255; .png keeps it`,
  )
  return { ...stack, data: hardenAlpha(stack.data), decoded: stack.data }
}

/** The frames of a stack as images. */
export function framesOf({ data, width, height, delays }: FrameStack) {
  const length = 4 * width * height
  return delays.map((_, frame) => ({ data: data.subarray(frame * length, (frame + 1) * length), width, height }))
}

async function readStill(input: string): Promise<FrameStack> {
  const { data, width, height, format, pages, bytes } = await fromInput(input, readImage)
  return { data, decoded: null, width, height, delays: [0], plays: 0, format, pagesLeft: pages - 1, bytes }
}

async function readAnimation({ inputs }: Job): Promise<FrameStack> {
  const files: DecodedFrames[] = []
  for (const input of inputs) {
    const file = await fromInput(input, readFrames)
    files.push(file)
    const [{ width, height }] = files[0].frames
    const [frame] = file.frames
    if (frame.width !== width || frame.height !== height) {
      throw new LloydError(
        'InputError',
        `${inputName(input)} is ${frame.width} × ${frame.height}, but ${inputName(inputs[0])} is ${width} × ${height}; the frames of an animation must be of equal size`,
      )
    }
  }
  const frames = files.flatMap((file) => file.frames)
  const { width, height } = frames[0]
  return {
    data: join(frames.map(({ data }) => data)),
    decoded: null,
    width,
    height,
    delays: files.flatMap(({ delays }) => delays),
    plays: files[0].plays,
    format: files[0].format,
    pagesLeft: files[0].pages - files[0].frames.length,
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
  }
}

/** Concatenates arrays, without a copy where they are adjacent already, as the frames of one file. */
function join(parts: readonly Uint8ClampedArray<ArrayBuffer>[]): Uint8ClampedArray<ArrayBuffer> {
  const [{ buffer, byteOffset }] = parts
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  let end = byteOffset
  const isJoined = parts.every((part) => {
    const follows = part.buffer === buffer && part.byteOffset === end
    end += part.length
    return follows
  })
  if (isJoined) return new Uint8ClampedArray(buffer, byteOffset, length)
  const joined = new Uint8ClampedArray(length)
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

function isTranslucent(data: Uint8ClampedArray): boolean {
  for (let at = 3; at < data.length; at += 4) if (data[at] > 0 && data[at] < 255) return true
  return false
}

/** A copy in which every pixel is either opaque or transparent. */
function hardenAlpha(data: Uint8ClampedArray<ArrayBuffer>): Uint8ClampedArray<ArrayBuffer> {
  const hard = data.slice()
  for (let at = 3; at < hard.length; at += 4) hard[at] = hard[at] < OPAQUE_FROM ? 0 : 255
  return hard
}
