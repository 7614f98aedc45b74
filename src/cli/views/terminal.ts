import { LloydError } from 'lloyd'
import { DamagedOutput } from '../images/verify-output.js'
import { Interrupted } from '../interrupt.js'

/** Milliseconds between updates of the live progress line. */
const LIVE_INTERVAL = 100
/** Milliseconds between lines of progress where there is no terminal. */
const LINE_INTERVAL = 5000

/** Folds a message of several lines into one. */
export function oneLine(text: string): string {
  return text.trim().replace(/\s*[\r\n]+\s*/g, ' ')
}

/** Writes `lloyd: message` to stderr. An error that lloyd did not make is a bug, so its stack is shown. */
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

/** Nobody reads an output any more that standard output was to carry. There is nothing to say about it, and nobody to. */
export class ClosedPipe extends Error {
  /** As a shell has it for a command that SIGPIPE ended. */
  readonly exitCode = 128 + 13
}

/** 2 for what the user can put right in the arguments or files, 1 for other failures. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof Interrupted || error instanceof ClosedPipe) return error.exitCode
  if (error instanceof DamagedOutput) return 1
  return error instanceof LloydError && (error.code === 'InputError' || error.code === 'FormatError') ? 2 : 1
}

/** What went wrong, for a reader of JSON. */
export function errorAsJson(error: unknown): { error: { code: string; message: string } } {
  if (error instanceof LloydError) return { error: { code: error.code, message: describeError(error) } }
  const code = error instanceof Interrupted ? 'Interrupted' : 'InternalError'
  return { error: { code, message: error instanceof Error ? oneLine(error.message) : String(error) } }
}

/** Something worth knowing that is no failure. */
export function remark(text: string): void {
  progressLine.clear()
  process.stderr.write(`lloyd: ${oneLine(text)}\n`)
}

export function print(text: string, stream: NodeJS.WriteStream = process.stdout): void {
  progressLine.clear()
  stream.write(`${text}\n`)
}

/**
 * `lloyd … | head` closes the pipe early: the files still get written, so that is no reason to stop or to complain. What
 * else keeps text from being written, as a full disk does, is said once.
 */
export function watchOutputs(): void {
  process.stderr.on('error', () => {})
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return
    // Whoever waited for the writing has a turn to report it.
    setImmediate(() => {
      if (process.exitCode) return
      reportError(`standard output cannot be written (${error.code ?? error.message}); choose another place`)
      process.exitCode = 2
    })
  })
}

/** One line of progress that is rewritten in a terminal; elsewhere a line now and then, when the work takes long. */
class ProgressLine {
  readonly #live = process.stderr.isTTY === true
  #last = performance.now()
  #shown = false

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
