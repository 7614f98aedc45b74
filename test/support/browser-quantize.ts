import { createEngine, kmeans, type Quantized, type QuantizeOptions, quantize } from 'lloyd'

/** The RGBA bytes at `url`, to quantize with each of `cases`. */
export interface BrowserRequest {
  url: string
  width: number
  height: number
  cases: QuantizeOptions[]
}

export interface BrowserAnswer {
  backend: string
  adapter: { vendor: string; architecture: string; description: string; software: boolean }
  /** Labels of six points in two clusters. */
  labels: number[]
  /** One result for each of `cases`. */
  results: PlainResult[]
}

/** A result as it passes through a browser's JSON protocol: bytes in base64. */
export interface PlainResult {
  palette: string
  indices: string
  numbers: Record<string, number>
}

export function plainResult({ palette, indices, mse, oklabMse, iterations, uniqueColors }: Quantized): PlainResult {
  return {
    palette: toBase64(palette),
    indices: toBase64(indices),
    numbers: { mse, oklabMse, iterations, uniqueColors },
  }
}

/** Runs in a page and in a worker alike. */
export async function quantizeInBrowser({ url, width, height, cases }: BrowserRequest): Promise<BrowserAnswer> {
  const data = new Uint8ClampedArray(await (await fetch(url)).arrayBuffer())
  const engine = await createEngine({ backend: 'webgpu' })
  try {
    const results: BrowserAnswer['results'] = []
    for (const options of cases) results.push(plainResult(await quantize(engine, { data, width, height }, options)))
    const init = [
      [0, 0],
      [10, 10],
    ]
    const { labels } = await kmeans(engine, [...init, [12, 9], [-1, 1], [2, 0], [8, 10]], { k: 2, init })
    return { backend: engine.backend, adapter: { ...engine.adapter }, labels: [...labels], results }
  } finally {
    engine.destroy()
  }
}

function toBase64({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength)
  let text = ''
  for (let at = 0; at < byteLength; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text)
}
