import { createCompare } from './compare'
import { createControls } from './controls'
import { takeFiles } from './intake'
import { clearNotice, showNotice, showToast } from './notices'
import { showPalette } from './palette'
import type { AdapterReport, Backend, FromWorker, RunReport, Settings, ToWorker } from './protocol'
import { credit, markSample, type Sample, samples, showSamples } from './samples'

const element = <T extends HTMLElement = HTMLElement>(id: string) => document.getElementById(id) as T

const notices = element('notices')
const palette = element('palette')
const download = element<HTMLButtonElement>('download')
const settings: Settings = { colors: 16, iterations: 20 }

/** What the page shows: the open image, the newest finished run and its file. */
const shown = {
  name: '',
  sample: null as Sample | null,
  opening: null as Sample | null,
  result: null as RunReport | null,
  png: null as Blob | null,
  downloadWhenReady: false,
}

// ---- the worker ----

const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
const send = (message: ToWorker, transfer: Transferable[] = []) => worker.postMessage(message, transfer)

worker.onmessage = ({ data: message }: MessageEvent<FromWorker>) => {
  if (message.type === 'adapter') showAdapter(message.adapter)
  else if (message.type === 'decoding') showProgress(`Reading ${message.name}`, 0)
  else if (message.type === 'opened') showOpened(message)
  else if (message.type === 'refused') {
    endProgress()
    showNotice(notices, 'file', 'error', `Could not open “${message.name}”: ${message.message}. ${REMEDY}`)
  } else if (message.type === 'running') showRunning()
  else if (message.type === 'progress') showProgress(stageText(message.stage), message.done / message.total)
  else if (message.type === 'result') showResult(message.result)
  else if (message.type === 'png') showFile(message.run, message.file)
  else if (message.type === 'lost') showLost(message.message)
  else {
    endProgress()
    showNotice(notices, 'run', 'error', message.message)
  }
}
worker.onerror = (event) => showNotice(notices, 'run', 'error', `The worker stopped: ${event.message}`)

const REMEDY = 'PNG, JPEG, WebP, AVIF and GIF work in most browsers.'

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
  () => showNotice(notices, 'file', 'error', `That is not a file. Drop or paste an image. ${REMEDY}`),
)
showSamples(element('samples'), (sample) => open(new URL(sample.url, location.href).href, sample.name, sample))

function open(source: Blob | string, name: string, sample: Sample | null): void {
  clearNotice(notices, 'file')
  shown.opening = sample
  send({ type: 'open', source, name })
}

function showOpened({ name, width, height, bytes }: FromWorker & { type: 'opened' }): void {
  shown.name = name
  shown.sample = shown.opening
  element('empty').hidden = true
  element('tag-after').textContent = 'Quantizing…'
  element('stage-text').textContent = ''
  markSample(element('samples'), shown.sample?.file ?? null)
  showCaption(width, height, bytes)
  compare.setImage(width, height)
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
let encodeTimer = 0

function showRunning(): void {
  element('figures').classList.add('stale')
  clearTimeout(encodeTimer)
  shown.png = null
  shown.downloadWhenReady = false
  download.disabled = true
  setDownloadNote('')
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
  clearNotice(notices, 'lost')
  shown.result = result
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
  download.disabled = false
  document.body.dataset.run = String(result.run)
  // The file is made once the settings rest: its size is worth knowing before it is downloaded.
  encodeTimer = window.setTimeout(requestFile, 300)
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

function requestFile(): void {
  if (shown.result) send({ type: 'encode', run: shown.result.run })
}

download.addEventListener('click', () => {
  if (shown.png) saveFile(shown.png)
  else {
    shown.downloadWhenReady = true
    setDownloadNote('…')
    requestFile()
  }
})

function showFile(run: number, file: Blob): void {
  if (run !== shown.result?.run) return
  shown.png = file
  setDownloadNote(formatBytes(file.size))
  if (shown.downloadWhenReady) saveFile(file)
}

function saveFile(file: Blob): void {
  shown.downloadWhenReady = false
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = `${shown.name.replace(/\.\w+$/, '').replaceAll(' ', '-')}-${shown.result!.swatches.length}.png`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

function setDownloadNote(text: string): void {
  const note = document.createElement('small')
  note.textContent = text
  download.replaceChildren('Download PNG', note)
}

// ---- the adapter ----

function showAdapter(adapter: AdapterReport): void {
  const status = element('adapter')
  const name = adapter.description || [adapter.vendor, adapter.architecture].filter(Boolean).join(' ')
  if (adapter.backend === 'cpu') {
    status.dataset.kind = 'cpu'
    element('adapter-text').textContent = adapter.passedOver
      ? `CPU, faster here than WebGPU on ${adapter.passedOver} (software)`
      : 'CPU, without WebGPU'
    if (adapter.missing) {
      showNotice(
        notices,
        'adapter',
        'remark',
        `${adapter.missing} lloyd runs on the CPU: the same result, only slower.`,
      )
    }
    return
  }
  status.dataset.kind = adapter.software ? 'software' : 'gpu'
  element('adapter-text').textContent =
    `WebGPU on ${name || 'an unnamed adapter'}${adapter.software ? ' (software)' : ''}`
}

function showLost(message: string): void {
  endProgress()
  element('adapter').dataset.kind = 'lost'
  element('adapter-text').textContent = 'GPU device lost'
  showNotice(notices, 'lost', 'error', `The GPU device was lost: ${message} The next run starts a new one.`)
}

// ---- words ----

function stageText(stage: string): string {
  return `${stage.charAt(0).toUpperCase()}${stage.slice(1).replaceAll('-', ' ')}`
}

function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 999_500) return `${Math.round(bytes / 1000)} kB`
  return `${(bytes / 1e6).toFixed(1)} MB`
}

function formatTime(milliseconds: number): (string | Node)[] {
  const unit = document.createElement('small')
  unit.textContent = milliseconds < 9_995 ? ' ms' : ' s'
  return [milliseconds < 9_995 ? String(Math.round(milliseconds)) : (milliseconds / 1000).toFixed(1), unit]
}

const first = samples.find(({ file }) => file === 'kingfisher.png') ?? samples[0]
open(new URL(first.url, location.href).href, first.name, first)
