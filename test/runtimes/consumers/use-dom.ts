// With lib.dom: the objects of pages are accepted.
import { type Engine, quantize } from 'lloyd'

export function usePage(
  engine: Engine,
  bitmap: ImageBitmap,
  image: HTMLImageElement,
  canvas: HTMLCanvasElement,
  offscreen: OffscreenCanvas,
  frame: VideoFrame,
  pixels: ImageData,
): Promise<unknown> {
  // @ts-expect-error: another element is not an image
  quantize(engine, document.createElement('p'), { colors: 4 })
  // @ts-expect-error: neither is a file, which has to be decoded first
  quantize(engine, new Blob(), { colors: 4 })
  return Promise.all(
    [bitmap, image, canvas, offscreen, frame, pixels].map((each) => quantize(engine, each, { colors: 4 })),
  )
}
