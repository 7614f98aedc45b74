import type { RunReport } from './protocol'

/** A file is made once the settings rest: its size is worth knowing before it is downloaded. */
const REST = 300 // ms

/**
 * The Download button. It gives the picture that is shown, under that picture's name, and nothing while another picture
 * or other settings are on their way: what is downloaded is always what is seen.
 */
export class Download {
  /** The image that is shown, and its file once that is encoded. */
  #result: RunReport | null = null
  #file: Blob | null = null
  #opening = false
  #running = false
  #clicked = false
  #timer = 0

  constructor(
    private readonly button: HTMLButtonElement,
    private readonly requestFile: (run: number) => void,
    private readonly save: (file: Blob, result: RunReport) => void,
  ) {
    button.addEventListener('click', () => this.#click())
    this.#update()
  }

  /** The image that is shown; null if it is not quantized yet. */
  get result(): RunReport | null {
    return this.#result
  }

  /** Another picture was chosen, and is not shown yet. */
  opening(): void {
    this.#opening = true
    this.#update()
  }

  /** Another picture is shown; `last` tells that none is chosen after it. */
  opened(last: boolean): void {
    this.#result = this.#file = null
    this.#running = false
    this.#opening = !last
    this.#update()
  }

  /** The chosen picture cannot be opened; what was shown before still is. */
  refused(): void {
    this.#opening = false
    this.#update()
  }

  /** A run began, whose result replaces what is shown. */
  running(): void {
    this.#running = true
    this.#update()
  }

  /** The run, or the making of the file, failed; what was shown before still is. */
  failed(): void {
    this.#running = false
    this.#clicked = false
    this.#update()
  }

  finished(result: RunReport): void {
    this.#result = result
    this.#file = null
    this.#running = false
    this.#update()
  }

  made(run: number, file: Blob): void {
    if (run !== this.#result?.run) return
    this.#file = file
    const wanted = this.#clicked
    this.#clicked = false
    this.#update()
    if (wanted) this.save(file, this.#result)
  }

  #click(): void {
    if (this.button.disabled || this.#clicked || !this.#result) return
    if (this.#file) {
      this.save(this.#file, this.#result)
      return
    }
    this.#clicked = true
    this.#update()
    this.requestFile(this.#result.run)
  }

  #update(): void {
    const result = this.#opening || this.#running ? null : this.#result
    // A click for a picture that is about to be replaced is not a click for the next one.
    if (!result) this.#clicked = false
    this.button.disabled = !result
    const note = document.createElement('small')
    note.textContent = !result ? '' : this.#clicked ? '…' : this.#file ? formatBytes(this.#file.size) : ''
    this.button.replaceChildren('Download PNG', note)
    clearTimeout(this.#timer)
    if (result && !this.#file && !this.#clicked) {
      this.#timer = window.setTimeout(() => this.requestFile(result.run), REST)
    }
  }
}

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 999_500) return `${Math.round(bytes / 1000)} kB`
  return `${(bytes / 1e6).toFixed(1)} MB`
}
