import { createCompare } from './compare'
import { createControls } from './controls'
import { Download, formatBytes } from './download'
import { takeFiles } from './intake'
import { clearNotice, showNotice, showToast } from './notices'
import { showPalette } from './palette'
import type { AdapterReport, Backend, FromWorker, RunReport, Settings, ToWorker } from './protocol'
import { credit, markSample, type Sample, samples, showSamples } from './samples'

const element = <T extends HTMLElement = HTMLElement>(id: string) => document.getElementById(id) as T

const notices = element('notices')
const palette = element('palette')
const settings: Settings = { colors: 16, iterations: 20 }

/** The state of the page. */
const shown = { name: '', sample: null as Sample | null }

// ---- the worker ----

const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
const send = (message: ToWorker, transfer: Transferable[] = []) => worker.postMessage(message, transfer)

worker.onmessage = ({ data: message }: MessageEvent<FromWorker>) => {
  if (message.type === 'adapter') showAdapter(message.adapter)
  else if (message.type === 'decoding') showProgress(`Reading ${message.name}`, 0)
  else if (message.type === 'opened') showOpened(message)
  else if (message.type === 'refused') showRefused(message)
  else if (message.type === 'running') showRunning()
  else if (message.type === 'progress') showProgress(stageText(message.stage), message.done / message.total)
  else if (message.type === 'result') showResult(message.result)
  else if (message.type === 'png') download.made(message.run, message.file)
  else if (message.type === 'lost') showLost(message.message)
  else if (message.type === 'no-engine') showNoEngine(message.message)
  else showFailed(message.message)
}
worker.onerror = ({ message }) => {
  showStatus('lost', 'Stopped')
  // Without a message its script did not come.
  showFailed(message ? `The worker stopped: ${message}` : 'A part of this page could not be loaded. Load it again.')
}

const download = new Download(element<HTMLButtonElement>('download'), (run) => send({ type: 'encode', run }), saveFile)

const before = element<HTMLCanvasElement>('before').transferControlToOffscreen()
const after = element<HTMLCanvasElement>('after').transferControlToOffscreen()
send({ type: 'start', before, after, backend: wantedBackend(), settings }, [before, after])

/** `?backend=cpu` and `?backend=webgpu` choose; anything else leaves the choice to lloyd. */
function wantedBackend(): Backend {
  const asked = new URLSearchParams(location.search).get('backend')
  return asked === 'cpu' || asked === 'webgpu' ? asked : 'auto'
}

// ---- images in ----

const compare = createCompare(element('area'), element('frame'), (view) => send({ type: 'view', view }))

takeFiles(
  element<HTMLInputElement>('file'),
  (file) => open(file, file.name || 'pasted image', null),
  () => showNotice(notices, 'file', 'error', 'That is not a file. Drop or paste an image.'),
)
showSamples(element('samples'), (sample) => open(new URL(sample.url, location.href).href, sample.name, sample))

/** Samples that were chosen and not yet opened, by the number of the choice; null for files. */
const chosen = new Map<number, Sample | null>()
let newest = 0

function open(source: Blob | string, name: string, sample: Sample | null): void {
  clearNotice(notices, 'file')
  chosen.set(++newest, sample)
  download.opening()
  send({ type: 'open', id: newest, source, name })
}

function showOpened({ id, name, width, height, bytes }: FromWorker & { type: 'opened' }): void {
  shown.name = name
  shown.sample = chosen.get(id) ?? null
  forgetUpTo(id)
  download.opened(id === newest)
  element('empty').hidden = true
  element('tag-after').textContent = 'Quantizing…'
  element('stage-text').textContent = ''
  element('figures').classList.add('stale')
  markSample(element('samples'), shown.sample?.file ?? null)
  showCaption(width, height, bytes)
  compare.setImage(width, height)
}

function showRefused({ id, name, message, remedy }: FromWorker & { type: 'refused' }): void {
  forgetUpTo(id)
  // Another one was chosen in the meantime: nobody waits for this one any more.
  if (id !== newest) return
  endProgress()
  download.refused()
  showNotice(notices, 'file', 'error', `Could not open “${name}”: ${message}. ${remedy}`)
}

/** The worker does not report choices that were replaced. */
function forgetUpTo(id: number): void {
  for (const each of chosen.keys()) if (each <= id) chosen.delete(each)
}

function showCaption(width: number, height: number, bytes: number): void {
  const title = document.createElement('b')
  title.textContent = shown.name
  const facts = document.createElement('span')
  facts.append(title, ` · ${width} × ${height} · ${formatBytes(bytes)}`)
  const caption = element('caption')
  caption.replaceChildren(facts)
  if (!shown.sample) return
  const link = document.createElement('a')
  link.href = shown.sample.source
  link.rel = 'noreferrer'
  link.target = '_blank'
  link.textContent = credit(shown.sample)
  caption.append(' ', link)
}

// ---- settings ----

const THROTTLE = 120 // ms: a dragged slider would otherwise abort every run before it shows anything
let sentAt = 0
let sending = 0

createControls(element('pane'), element('presets'), settings, () => {
  clearTimeout(sending)
  sending = window.setTimeout(sendSettings, Math.max(0, sentAt + THROTTLE - performance.now()))
})

function sendSettings(): void {
  sentAt = performance.now()
  clearNotice(notices, 'run')
  send({ type: 'settings', settings: { ...settings } })
}

element('zoom').addEventListener('click', (event) => {
  const pressed = (event.target as Element).closest('button')
  if (!pressed) return
  for (const each of element('zoom').querySelectorAll('button')) {
    each.setAttribute('aria-pressed', String(each === pressed))
  }
  compare.setZoom(Number(pressed.dataset.zoom) / devicePixelRatio)
})

// ---- runs ----

let progressTimer = 0

function showRunning(): void {
  element('figures').classList.add('stale')
  download.running()
}

/**
 * Reports a failed run. The page keeps the image that was shown before, with its figures, or states that it has none.
 */
function showFailed(message: string): void {
  endProgress()
  download.failed()
  element('figures').classList.remove('stale')
  if (!download.result) clearResult()
  showNotice(notices, 'run', 'error', message)
}

function clearResult(): void {
  element('tag-after').textContent = 'Not quantized'
  for (const id of ['mse', 'time', 'unique', 'iterations']) element(id).textContent = '–'
  element('palette-count').textContent = ''
  element('copy-all').hidden = true
  palette.replaceChildren()
}

function showProgress(text: string, done: number): void {
  const progress = element('progress')
  progress.style.setProperty('--done', String(done))
  element('stage-text').textContent = text
  if (progress.hidden && !progressTimer) {
    // A run of a few frames needs no bar that flashes up.
    progressTimer = window.setTimeout(() => {
      progress.hidden = false
    }, 150)
  }
}

function endProgress(): void {
  clearTimeout(progressTimer)
  progressTimer = 0
  element('progress').hidden = true
}

function showResult(result: RunReport): void {
  endProgress()
  clearNotice(notices, 'run')
  download.finished(result)
  const count = result.swatches.length
  element('tag-after').textContent = count === 1 ? '1 colour' : `${count} colours`
  element('figures').classList.remove('stale')
  element('mse').textContent = result.mse.toFixed(2)
  element('time').replaceChildren(...formatTime(result.milliseconds))
  element('unique').textContent = result.uniqueColors.toLocaleString('en').replaceAll(',', ' ')
  element('iterations').textContent = String(result.iterations)
  element('palette-count').textContent = count === result.requested ? String(count) : `${count} of ${result.requested}`
  element('copy-all').hidden = false
  showPalette(palette, result.swatches, (hex) => copy(hex, `Copied ${hex}`))
  document.body.dataset.run = String(result.run)
}

element('copy-all').addEventListener('click', () => {
  const hexes = Array.from(palette.children, (each) => (each as HTMLElement).dataset.hex)
  copy(hexes.join('\n'), `Copied ${hexes.length} colours`)
})

async function copy(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    showToast(element('toast'), done)
  } catch {
    showToast(element('toast'), `The browser refused to copy. The colour is ${text.split('\n')[0]}`)
  }
}

// ---- the file ----

function saveFile(file: Blob, { name, swatches }: RunReport): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = `${name.replace(/\.\w+$/, '').replaceAll(' ', '-')}-${swatches.length}.png`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

// ---- the adapter ----

function showStatus(kind: 'gpu' | 'software' | 'cpu' | 'lost', text: string): void {
  element('adapter').dataset.kind = kind
  element('adapter-text').textContent = text
}

function showAdapter({ backend, passedOver, missing, ...adapter }: AdapterReport): void {
  if (backend === 'webgpu') {
    const { vendor, architecture, description, software } = adapter
    const name = description || [vendor, architecture].filter(Boolean).join(' ') || 'an unnamed adapter'
    showStatus(software ? 'software' : 'gpu', `WebGPU on ${name}${software ? ' (software)' : ''}`)
    return
  }
  showStatus('cpu', passedOver ? `CPU, faster here than WebGPU on ${passedOver} (software)` : 'CPU, without WebGPU')
  if (!missing) return
  showNotice(notices, 'adapter', 'remark', `${missing} lloyd runs on the CPU: the same result, only slower.`)
}

function showLost(message: string): void {
  showFailed(`The GPU device was lost: ${message} The next run starts a new one.`)
  showStatus('lost', 'GPU device lost')
}

/** Only where the address asks for WebGPU; otherwise lloyd takes the CPU. */
function showNoEngine(message: string): void {
  showFailed(`${stageText(message)}. Without “backend=webgpu” in its address this page runs on the CPU.`)
  showStatus('lost', 'No WebGPU')
}

// ---- words ----

function stageText(stage: string): string {
  return `${stage.charAt(0).toUpperCase()}${stage.slice(1).replaceAll('-', ' ')}`
}

function formatTime(milliseconds: number): (string | Node)[] {
  const unit = document.createElement('small')
  unit.textContent = milliseconds < 9_995 ? ' ms' : ' s'
  return [milliseconds < 9_995 ? String(Math.round(milliseconds)) : (milliseconds / 1000).toFixed(1), unit]
}

const first = samples.find(({ file }) => file === 'kingfisher.png') ?? samples[0]
open(new URL(first.url, location.href).href, first.name, first)
