import { Pane } from 'tweakpane'
import { clearNotice, showNotice } from './notices'
import { createCpuScene } from './points-cpu-scene'
import { createScene, NoWebGpu, type Scene } from './points-scene'

const element = <T extends HTMLElement = HTMLElement>(id: string) => document.getElementById(id) as T

const MIN_POINTS = 1_000
const MAX_POINTS = 1_000_000
const MIN_K = 2
const MAX_K = 64
const PRESETS = [1_000, 5_000, 20_000, 50_000, 100_000, 250_000, 500_000, MAX_POINTS]
const STEP = 1 / 60 // s
const LONGEST_STEP = 1 / 15 // s; a slower frame slows the points down and does not make them jump
const POINTS_ON_CPU = 10_000

const query = new URLSearchParams(location.search)
const settings = {
  points: numberFromQuery('points', 50_000, MIN_POINTS, MAX_POINTS),
  k: numberFromQuery('k', 8, MIN_K, MAX_K),
  speed: 1,
}

function numberFromQuery(name: string, fallback: number, least: number, most: number): number {
  const value = Math.round(Number(query.get(name) ?? fallback))
  return Number.isNaN(value) ? fallback : Math.min(most, Math.max(least, value))
}

const notices = element('notices')
let canvas = element<HTMLCanvasElement>('canvas')
let scene: Scene | null = null
let paused = query.has('paused') || matchMedia('(prefers-reduced-motion: reduce)').matches
let time = 0
let rounds = 0
let inFlight = 0

// ---- frames ----

async function showFrame(seconds: number): Promise<void> {
  if (!scene) return
  time += settings.speed * seconds
  rounds++
  inFlight++
  // A lost device is told by `lost`.
  await scene.frame(time).catch(() => {})
  inFlight = Math.max(0, inFlight - 1)
}

let last = 0
let counted = 0
let countedSince = 0

function loop(now: number): void {
  requestAnimationFrame(loop)
  if (scene && !paused && inFlight < scene.framesInFlight) {
    showFrame(Math.min(LONGEST_STEP, (now - last) / 1000))
    last = now
    counted++
  }
  if (now - countedSince >= 500) showFigures(now)
}

function showFigures(now: number): void {
  const rate = (1000 * counted) / (now - countedSince)
  counted = 0
  countedSince = now
  const running = scene !== null && !paused
  element('rate').textContent = running ? rate.toFixed(rate < 9.95 ? 1 : 0) : '–'
  // A round of one iteration assigns twice: for the new centroids, and to them.
  element('distances').textContent = running ? withUnit(2 * settings.points * settings.k * rate) : '–'
  element('rounds').textContent = grouped(rounds)
}

// ---- the scene ----

let starting = false

/** Takes a device and starts; also after the device was lost. */
async function start(): Promise<void> {
  if (starting) return
  starting = true
  try {
    const { started, reason } = await startScene()
    started.lost.then((message) => {
      if (scene === started) showLost(message)
    })
    started.onError = (message) => showNotice(notices, 'run', 'error', message)
    scene = started
    if (reason !== null) showReason(reason)
    showAdapter(started)
    measure()
    await applyShape()
    element('empty').hidden = true
    for (const name of ['pause', 'step', 'reset']) element<HTMLButtonElement>(name).disabled = false
    document.body.dataset.ready = ''
  } catch (error) {
    scene = null
    showFailure((error as Error).message)
  } finally {
    starting = false
  }
}

/** Starts on WebGPU or, if there is none or the CPU is requested, on the CPU. */
async function startScene(): Promise<{ started: Scene; reason: string | null }> {
  if (query.get('backend') !== 'cpu') {
    try {
      return { started: await createScene(canvas), reason: null }
    } catch (error) {
      if (!(error instanceof NoWebGpu)) throw error
      return { started: await createCpuScene(freshCanvas()), reason: error.message }
    }
  }
  return { started: await createCpuScene(freshCanvas()), reason: '' }
}

/** Replaces the canvas, since one with a WebGPU context has no other. */
function freshCanvas(): HTMLCanvasElement {
  const fresh = canvas.cloneNode() as HTMLCanvasElement
  canvas.replaceWith(fresh)
  return (canvas = fresh)
}

/** Reduces the number of points, and shows why the CPU is used; '' if the address requests it. */
function showReason(reason: string): void {
  if (!query.has('points')) {
    settings.points = POINTS_ON_CPU
    pane.refresh()
  }
  if (!reason) return
  const text = `${reason} lloyd runs on the CPU: the same k-means, at fewer points.`
  showNotice(notices, 'adapter', 'remark', text)
}

/** Creates the job and the buffers for the settings; until then, the old ones remain in use. */
async function applyShape(): Promise<void> {
  if (!scene) return
  const wanted = { points: settings.points, k: settings.k }
  try {
    if (!(await scene.setShape(wanted))) return
  } catch (error) {
    showNotice(notices, 'run', 'error', (error as Error).message)
    return
  }
  clearNotice(notices, 'run')
  rounds = 0
  if (paused) showFrame(0)
  document.body.dataset.shape = `${wanted.points} ${wanted.k}`
}

function showAdapter({ adapter, backend }: Scene): void {
  document.body.dataset.backend = backend
  const name = adapter.description || [adapter.vendor, adapter.architecture].filter(Boolean).join(' ')
  element('adapter').dataset.kind = backend === 'cpu' ? 'cpu' : adapter.software ? 'software' : 'gpu'
  element('adapter-text').textContent =
    backend === 'cpu'
      ? 'CPU, without WebGPU'
      : `WebGPU on ${name || 'an unnamed adapter'}${adapter.software ? ' (software)' : ''}`
}

function showFailure(message: string): void {
  element('adapter').dataset.kind = 'lost'
  element('adapter-text').textContent = 'Stopped'
  element('empty').hidden = false
  element('empty').textContent = message
}

function showLost(message: string): void {
  scene?.destroy()
  scene = null
  inFlight = 0
  element('adapter').dataset.kind = 'lost'
  element('adapter-text').textContent = 'GPU device lost'
  element<HTMLButtonElement>('step').disabled = true
  showNotice(notices, 'lost', 'error', `The GPU device was lost: ${message} Reset starts on a new one.`)
}

// ---- the canvas ----

let size = { width: 0, height: 0 }

new ResizeObserver(([{ contentRect }]) => {
  size = contentRect
  measure()
  scene?.redraw() // a new size empties the canvas, and the page may be paused
}).observe(element('area'))

function measure(): void {
  if (size.width > 0) scene?.setSize(size.width, size.height, devicePixelRatio)
}

// ---- controls ----

/** The part of tweakpane's interface used here; its own types need a package of which the page has no other use. */
interface Blades {
  addBinding(
    target: typeof settings,
    key: keyof typeof settings,
    options: { label: string; min: number; max: number; step: number },
  ): { element: HTMLElement; on(event: 'change', handler: () => void): void }
  refresh(): void
}

const pane = new Pane({ container: element('pane') }) as unknown as Blades
let applying = 0

function addSlider(key: keyof typeof settings, label: string, min: number, max: number, step: number) {
  const slider = pane.addBinding(settings, key, { label, min, max, step })
  for (const part of slider.element.querySelectorAll('input, [tabindex]')) part.setAttribute('aria-label', label)
  return slider
}

for (const slider of [
  addSlider('k', 'Clusters', MIN_K, MAX_K, 1),
  addSlider('points', 'Points', MIN_POINTS, MAX_POINTS, 1_000),
]) {
  slider.on('change', () => {
    markPreset()
    clearTimeout(applying)
    applying = window.setTimeout(applyShape, 120) // a dragged slider would otherwise make a job a movement
  })
}
addSlider('speed', 'Speed', 0, 4, 0.1)

const presets = PRESETS.map((count) => {
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = count < MAX_POINTS ? `${count / 1000}k` : '1M'
  button.setAttribute('aria-label', `${grouped(count)} points`)
  button.addEventListener('click', () => {
    settings.points = count
    pane.refresh()
  })
  return button
})
element('presets').append(...presets)

function markPreset(): void {
  presets.forEach((button, index) => {
    button.setAttribute('aria-pressed', String(PRESETS[index] === settings.points))
  })
}

function setPaused(wanted: boolean): void {
  paused = wanted
  last = performance.now()
  element('pause').textContent = paused ? 'Play' : 'Pause'
}

element('pause').addEventListener('click', () => setPaused(!paused))
element('step').addEventListener('click', () => {
  setPaused(true)
  showFrame(STEP)
})
element('reset').addEventListener('click', () => {
  rounds = 0
  if (scene) {
    scene.sow()
    if (paused) showFrame(0)
    return
  }
  clearNotice(notices, 'lost')
  start()
})

// ---- words ----

function grouped(value: number): string {
  return value.toLocaleString('en').replaceAll(',', ' ')
}

function withUnit(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toFixed(1)} G`
  return value >= 1e6 ? `${(value / 1e6).toFixed(value < 1e7 ? 1 : 0)} M` : `${Math.round(value / 1e3)} k`
}

/** For tests and the console: shows `count` frames, and waits until the device has drawn them. */
Object.assign(window, {
  async stepFrames(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => showFrame(STEP)))
  },
})

markPreset()
setPaused(paused)
requestAnimationFrame(loop)
start()
