import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { LloydError } from 'lloyd'
import { ClosedPipe } from './views/terminal.js'

/** The name that stands for standard input among inputs, and for standard output among outputs. */
export const STANDARD = '-'

let standardInput: Promise<Uint8Array> | undefined

/** Name of an input in messages. */
export function inputName(input: string): string {
  return input === STANDARD ? 'standard input' : input
}

/** Name of an output in messages. */
export function outputName(output: string): string {
  return output === STANDARD ? 'standard output' : output
}

/** Refuses to read an image from a terminal; `example` is a command that works. */
export function requirePipedInput(example: string): void {
  if (!process.stdin.isTTY) return
  throw new LloydError('InputError', `standard input is a terminal; redirect a file or a pipe to it, as in ${example}`)
}

/** Refuses to write binary data to a terminal; `example` is a command that works. */
export function requireRedirectedOutput(example: string): void {
  if (!process.stdout.isTTY) return
  throw new LloydError(
    'InputError',
    `standard output is a terminal, which cannot show an image; redirect it, as in ${example}, or name a file with -o`,
  )
}

/** All bytes of standard input, which is read once. */
export function readStandardInput(): Promise<Uint8Array> {
  standardInput ??= readAll()
  return standardInput
}

async function readAll(): Promise<Uint8Array> {
  const bytes = await buffer(process.stdin).catch(unreadable)
  if (bytes.length > 0) return bytes
  throw emptyInput()
}

/** Standard input as it comes, and its first piece, for input larger than memory. It is read once. */
export async function standardPieces(): Promise<{ head: Uint8Array; pieces: AsyncIterable<Uint8Array> }> {
  const rest: AsyncIterator<Uint8Array> = process.stdin[Symbol.asyncIterator]()
  const first = await rest.next().catch(unreadable)
  if (first.done) throw emptyInput()
  async function* pieces() {
    yield first.value
    yield* { [Symbol.asyncIterator]: () => rest }
  }
  return { head: first.value, pieces: pieces() }
}

function unreadable(error: NodeJS.ErrnoException): never {
  const reason = error.code ?? error.message
  throw new LloydError('InputError', `standard input cannot be read (${reason}); redirect a file or a pipe to it`, {
    cause: error,
  })
}

const emptyInput = () => new LloydError('FormatError', 'standard input is empty; check the command before the pipe')

/** Calls `read` with the name of a file or the bytes of standard input, which its errors then name. */
export async function fromInput<T>(input: string, read: (source: string | Uint8Array) => Promise<T>): Promise<T> {
  if (input !== STANDARD) return await read(input)
  const bytes = await readStandardInput()
  try {
    return await read(bytes)
  } catch (error) {
    if (!(error instanceof LloydError)) throw error
    throw new LloydError(error.code, error.message.replace(/^the bytes given\b/, inputName(input)), { cause: error })
  }
}

export async function bytesOf(source: string | Uint8Array): Promise<Uint8Array> {
  return typeof source === 'string' ? await readFile(source) : source
}

/** Resolves when all bytes are written; rejects with `ClosedPipe` when the reader has closed the pipe. */
export async function writeStandardOutput(bytes: Uint8Array): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(bytes, (error) => (error ? reject(outputError(error)) : resolve()))
  })
}

function outputError(error: NodeJS.ErrnoException): Error {
  if (error.code === 'EPIPE') return new ClosedPipe()
  return new LloydError(
    'InputError',
    `standard output cannot be written (${error.code ?? error.message}); choose another place with -o`,
    { cause: error },
  )
}
