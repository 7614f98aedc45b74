// With lib.webworker: the objects of workers are accepted.
import { type Engine, quantize } from 'lloyd'

export function useWorker(
  engine: Engine,
  bitmap: ImageBitmap,
  offscreen: OffscreenCanvas,
  frame: VideoFrame,
  pixels: ImageData,
): Promise<unknown> {
  // @ts-expect-error: a file has to be decoded first
  quantize(engine, new Blob(), { colors: 4 })
  return Promise.all([bitmap, offscreen, frame, pixels].map((each) => quantize(engine, each, { colors: 4 })))
}
