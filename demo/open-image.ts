import type { Picture } from './resample'

export interface Photo extends Picture {
  name: string
  colors: Uint8ClampedArray
}

/** The reason why an image cannot be opened, and the remedy. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly remedy: string,
  ) {
    super(message)
  }
}

const FORMATS = 'PNG, JPEG, WebP, AVIF and GIF work in most browsers.'
const SAMPLES = 'The sample photographs come with this page; choose it again, or open an image of your own.'

/** Reads a file, or a sample from its address; throws a `Refusal`. */
export async function openImage(source: Blob | string, name: string): Promise<{ photo: Photo; bytes: number }> {
  const isSample = typeof source === 'string'
  const blob = isSample ? await fetchSample(source) : source
  if (blob.size === 0) throw new Refusal('the file is empty', isSample ? SAMPLES : FORMATS)
  return { photo: await decode(blob, name, isSample ? SAMPLES : FORMATS), bytes: blob.size }
}

async function fetchSample(url: string): Promise<Blob> {
  let response: Response
  try {
    response = await fetch(url)
  } catch {
    throw new Refusal('the server cannot be reached', `Is the connection down? ${SAMPLES}`)
  }
  if (!response.ok) throw new Refusal(`the server answered ${response.status}`, SAMPLES)
  const type = response.headers.get('content-type') ?? ''
  // A page where a file is missing: many servers answer so, with status 200.
  if (/^(text\/|application\/(json|xml|xhtml))/i.test(type)) {
    throw new Refusal(`the server sent ${type.split(';')[0]} instead of an image`, SAMPLES)
  }
  try {
    return await response.blob()
  } catch {
    throw new Refusal('the connection broke off before the whole file was there', SAMPLES)
  }
}

/** Non-premultiplied RGBA, upright. Read in strips: one canvas of the whole image would double the memory. */
async function decode(blob: Blob, name: string, remedy: string): Promise<Photo> {
  const bitmap = await createImageBitmap(blob, { imageOrientation: 'from-image' }).catch(() => {
    throw new Refusal('this browser cannot read it as an image', remedy)
  })
  const { width, height } = bitmap
  const rows = Math.min(height, Math.max(1, Math.floor(4_000_000 / width)))
  const context = new OffscreenCanvas(width, rows).getContext('2d', { willReadFrequently: true })
  if (!context) throw new Refusal(`${width} × ${height} pixels are more than this browser can hold`, '')
  const colors = new Uint8ClampedArray(4 * width * height)
  for (let top = 0; top < height; top += rows) {
    const count = Math.min(rows, height - top)
    context.clearRect(0, 0, width, rows)
    context.drawImage(bitmap, 0, -top)
    colors.set(context.getImageData(0, 0, width, count).data, 4 * width * top)
  }
  bitmap.close()
  return { name, width, height, colors }
}
