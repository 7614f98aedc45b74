import { LloydError } from 'lloyd'
import { DamagedOutput } from '../images/verify-output.js'
import { Interrupted } from '../interrupt.js'

/** Milliseconds between updates of the live progress line. */
const LIVE_INTERVAL = 100
/** Milliseconds between progress lines without a terminal. */
const LINE_INTERVAL = 5000

/** Folds a message of several lines into one. */
export function oneLine(text: string): string {
  return text.trim().replace(/\s*[\r\n]+\s*/g, ' ')
}

/** Writes `lloyd: message` to stderr. An error of another class is a bug, so its stack is shown. */
export function reportError(error: unknown): void {
  progressLine.clear()
  process.stderr.write(`lloyd: ${describeError(error)}\n`)
}

export function describeError(error: unknown): string {
  if (typeof error === 'string') return error
  if (error instanceof LloydError && error.code === 'ShaderError') return error.message
  if (error instanceof LloydError || error instanceof Interrupted) return oneLine(error.message)
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

/** The error when the reader of standard output has closed the pipe; it is not reported. */
export class ClosedPipe extends Error {
  /** The exit code of shells for a command that SIGPIPE ended. */
  readonly exitCode = 128 + 13
}

/** The exit code of an error: 2 where the arguments or files are wrong, 1 for other failures. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof Interrupted || error instanceof ClosedPipe) return error.exitCode
  if (error instanceof DamagedOutput) return 1
  return error instanceof LloydError && (error.code === 'InputError' || error.code === 'FormatError') ? 2 : 1
}

/** An error as an entry of the JSON output. */
export function errorAsJson(error: unknown): { error: { code: string; message: string } } {
  if (error instanceof LloydError) return { error: { code: error.code, message: describeError(error) } }
  const code = error instanceof Interrupted ? 'Interrupted' : 'InternalError'
  return { error: { code, message: error instanceof Error ? oneLine(error.message) : String(error) } }
}

/** Writes a remark that is not a failure to stderr. */
export function remark(text: string): void {
  progressLine.clear()
  process.stderr.write(`lloyd: ${oneLine(text)}\n`)
}

export function print(text: string, stream: NodeJS.WriteStream = process.stdout): void {
  progressLine.clear()
  stream.write(`${text}\n`)
}

/**
 * Handles failures of the standard outputs. `lloyd … | head` closes the pipe early, which is ignored, since files can
 * still be written. Other failures, such as a full disk, are reported once.
 */
export function watchOutputs(): void {
  process.stderr.on('error', () => {})
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return
    // Code that waits for the write may report it first.
    setImmediate(() => {
      if (process.exitCode) return
      reportError(`standard output cannot be written (${error.code ?? error.message}); choose another place`)
      process.exitCode = 2
    })
  })
}

/** A progress line that is rewritten in a terminal; elsewhere a line every few seconds. */
class ProgressLine {
  readonly #live = process.stderr.isTTY === true
  #last = performance.now()
  #shown = false

  /** Begins a command: its first line comes after the interval. */
  start(): void {
    this.#last = performance.now()
  }

  update(text: string): void {
    const now = performance.now()
    if (now - this.#last < (this.#live ? LIVE_INTERVAL : LINE_INTERVAL)) return
    this.#last = now
    if (this.#live) {
      const width = Math.max(20, process.stderr.columns || 80) - 1
      process.stderr.write(`\r\x1b[K${text.slice(0, width)}`)
      this.#shown = true
    } else {
      process.stderr.write(`lloyd: ${text}\n`)
    }
  }

  clear(): void {
    if (this.#shown) process.stderr.write('\r\x1b[K')
    this.#shown = false
  }
}

export const progressLine = new ProgressLine()
