import { createEngine, type Engine, encodePng, type LloydError, quantize } from 'lloyd'
import { openImage, type Photo, type Refusal } from './open-image'
import type { AdapterReport, Backend, FromWorker, RunReport, Settings, Swatch, ToWorker, View } from './protocol'
import { type Picture, resample } from './resample'

/** Does all work on pixels; the page only moves the pointer and shows figures. */

type Quantized = Awaited<ReturnType<typeof quantize>>

const page = self as unknown as { postMessage(message: FromWorker): void; onmessage: (event: MessageEvent) => void }
const post = (message: FromWorker) => page.postMessage(message)

let backend: Backend = 'auto'
let settings: Settings = { colors: 16, iterations: 20 }
let beforeContext: OffscreenCanvasRenderingContext2D
let afterContext: OffscreenCanvasRenderingContext2D

/** The image that is shown, and its newest result once there is one. */
let photo: Photo | null = null
let quantized: { run: number; result: Quantized } | null = null
let run = 0

page.onmessage = ({ data: message }: MessageEvent<ToWorker>) => {
  if (message.type === 'start') {
    backend = message.backend
    settings = message.settings
    beforeContext = message.before.getContext('2d')!
    afterContext = message.after.getContext('2d')!
    acquireEngine().catch(reportRun)
  } else if (message.type === 'open') {
    open(message.id, message.source, message.name).catch(report)
  } else if (message.type === 'settings') {
    settings = message.settings
    quantizeLatest().catch(report)
  } else if (message.type === 'view') {
    view = message.view
    if (onView) onView()
    else drawSoon()
  } else if (message.type === 'encode') {
    encode(message.run).catch(report)
  }
}

function report(error: unknown): void {
  post({ type: 'failed', message: error instanceof Error ? error.message : String(error) })
}

// ---- the engine ----

let engine: Promise<Engine> | null = null

function acquireEngine(): Promise<Engine> {
  if (engine) return engine
  const created = createEngine({ backend })
  engine = created
  created.then(
    (ready) => {
      describe(ready).then((adapter) => post({ type: 'adapter', adapter }))
      ready.lost.then((error: LloydError) => {
        if (engine !== created) return
        engine = null
        post({ type: 'lost', message: error.message })
      })
    },
    () => {
      if (engine === created) engine = null
    },
  )
  return created
}

async function describe(ready: Engine): Promise<AdapterReport> {
  const unexplained = ready.backend === 'cpu' && backend !== 'cpu' && !ready.adapter.passedOver
  const missing = unexplained ? whyNoWebGpu() : null
  return { backend: ready.backend, ...ready.adapter, missing }
}

function whyNoWebGpu(): string {
  if (!self.isSecureContext) return 'This page is not served over https, and browsers offer WebGPU only there.'
  if (!navigator.gpu) return 'This browser has no WebGPU.'
  return 'This browser has WebGPU, but found no adapter that lloyd can use.'
}

// ---- opening: the newest wins ----

let opening = 0

async function open(id: number, source: Blob | string, name: string): Promise<void> {
  opening = id
  post({ type: 'decoding', name })
  try {
    const opened = await openImage(source, name)
    if (id !== opening) return
    controller?.abort()
    encoding?.abort()
    encoding = null
    photo = opened.photo
    quantized = null
    post({ type: 'opened', id, name, width: photo.width, height: photo.height, bytes: opened.bytes })
    await drawFirst()
  } catch (error) {
    if (id !== opening) return
    const { message, remedy = '' } = error as Refusal
    post({ type: 'refused', id, name, message, remedy })
    // One that is shown may have been left for this one before its run.
    if (!photo || quantized || controller) return
  }
  if (id === opening) await quantizeLatest()
}

// ---- quantizing: the newest request wins ----

let wanted = false
let controller: AbortController | null = null

async function quantizeLatest(): Promise<void> {
  wanted = true
  if (controller) {
    controller.abort()
    return
  }
  while (wanted && photo) {
    controller = new AbortController()
    try {
      await nextTask() // lets requests that wait in the queue replace this one before it begins
      wanted = false
      await quantizeOnce(photo, settings, controller.signal)
    } catch (error) {
      if (!controller.signal.aborted) reportRun(error)
    }
  }
  controller = null
}

async function quantizeOnce(image: Photo, { colors, iterations }: Settings, signal: AbortSignal): Promise<void> {
  const mine = ++run
  post({ type: 'running', run: mine })
  encoding?.abort()
  encoding = null
  const ready = await acquireEngine()
  signal.throwIfAborted()
  const begin = performance.now()
  let reported = 0
  const result = await quantize(
    ready,
    { data: image.colors, width: image.width, height: image.height },
    {
      colors,
      maxIterations: iterations,
      signal,
      onProgress: ({ stage, done, total }) => {
        const now = performance.now()
        if (now - reported < 50) return
        reported = now
        post({ type: 'progress', run: mine, stage, done, total })
      },
    },
  )
  const milliseconds = performance.now() - begin
  if (image !== photo) return
  quantized = { run: mine, result }
  draw()
  post({ type: 'result', result: summarize(result, mine, image.name, colors, milliseconds) })
}

/** A lost device was already reported by `engine.lost`. */
function reportRun(error: unknown): void {
  const { code, message } = error as LloydError
  if (code === 'DeviceLostError') {
    if (engine) post({ type: 'lost', message })
    engine = null
  } else if (code === 'AdapterError') post({ type: 'no-engine', message })
  else report(error)
}

function summarize(result: Quantized, mine: number, name: string, requested: number, milliseconds: number): RunReport {
  const counts = new Uint32Array(result.palette.length / 4)
  for (const index of result.indices) counts[index]++
  const swatches = Array.from(counts, (count, entry) => ({
    ...swatch(result.palette.subarray(4 * entry, 4 * entry + 4), count / result.indices.length),
  }))
  const { mse, uniqueColors, iterations } = result
  return { run: mine, name, requested, swatches, mse, uniqueColors, iterations, milliseconds }
}

function swatch(color: Uint8Array, share: number): Swatch {
  const bytes = color[3] === 255 ? color.subarray(0, 3) : color
  return { hex: `#${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`, share }
}

function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0))
}

let encoding: AbortController | null = null

async function encode(mine: number): Promise<void> {
  // While another run goes on, what it gives will be shown instead.
  if (mine !== quantized?.run || controller || encoding) return
  const current = new AbortController()
  encoding = current
  try {
    const bytes = await encodePng(quantized.result, { signal: current.signal })
    post({ type: 'png', run: mine, file: new Blob([bytes], { type: 'image/png' }) })
  } catch (error) {
    if (!current.signal.aborted) throw error
  } finally {
    if (encoding === current) encoding = null
  }
}

// ---- drawing ----

let view: View | null = null
let drawing = 0

function drawSoon(): void {
  if (drawing) return
  drawing = requestAnimationFrame(() => {
    drawing = 0
    draw()
  })
}

let onView: (() => void) | null = null

/** Draws the opened image once the page has sent its position, and lets it be shown before the thread gets busy. */
async function drawFirst(): Promise<void> {
  let mine: (() => void) | null = null
  await within(500, (done) => {
    onView = mine = done
  })
  if (onView === mine) onView = null
  draw()
  await within(100, requestAnimationFrame)
}

/** A page in the background is neither laid out nor shown; its work goes on. */
function within(milliseconds: number, start: (done: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
    start(resolve)
  })
}

function draw(): void {
  if (!view || !photo) return
  paint(beforeContext, photo)
  if (quantized) {
    const { width, height, palette, indices } = quantized.result
    paint(afterContext, { width, height, colors: palette, indices })
  } else {
    paint(afterContext, photo)
  }
}

function paint(context: OffscreenCanvasRenderingContext2D, picture: Picture): void {
  const pixels = resample(picture, view!)
  context.canvas.width = pixels.width
  context.canvas.height = pixels.height
  context.putImageData(pixels, 0, 0)
}
