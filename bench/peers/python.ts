import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Photo } from '../suite.js'
import type { QuantizedByte } from './quantizers.js'

const script = fileURLToPath(new URL('quantizers.py', import.meta.url))

/** Milliseconds of one run: elapsed, and processor time of all threads, or null if unknown. */
export interface Cost {
  wall: number
  cpu: number | null
}

export interface PythonQuantizers {
  quantizers: { name: string; remark: string }[]
  /** Packages that are not installed; Python itself where there is none. */
  missing: string[]
  /** Quantizes once; the times are those of Python's own clocks. */
  run(name: string): Promise<Cost>
  /** The output of the last run. */
  read(): Promise<QuantizedByte>
  close(): void
}

export function pythonCommand(): string {
  return process.env.LLOYD_PYTHON ?? 'python3'
}

/** The JSON that a script prints, run by Python (`LLOYD_PYTHON`, else python3); null where that or a package is not installed. */
export async function runPython<T>(script: string, parameters: (string | number)[]): Promise<T | null> {
  try {
    const { stdout } = await promisify(execFile)(pythonCommand(), [script, ...parameters.map(String)])
    return JSON.parse(stdout) as T
  } catch (error) {
    if (/ENOENT|ModuleNotFoundError/.test(String(error))) return null
    throw error
  }
}

/** Starts Python (`LLOYD_PYTHON`, else python3) with one image and the quantizers that it has. */
export async function startPython(photo: Photo, colors: number, folder: string): Promise<PythonQuantizers> {
  const source = join(folder, 'source.rgb')
  const target = join(folder, 'target.rgb')
  await writeFile(source, withoutAlpha(photo.data))
  const { width, height } = photo
  const parameters = [script, source, width, height, colors, target].map(String)
  const python = spawn(pythonCommand(), parameters, { stdio: ['pipe', 'pipe', 'inherit'] })
  try {
    await once(python, 'spawn')
  } catch {
    const run = () => Promise.reject(new Error('there is no Python'))
    return { quantizers: [], missing: ['Python'], run, read: run, close() {} }
  }
  const lines = createInterface({ input: python.stdout })[Symbol.asyncIterator]()
  const answer = async () => {
    const { value, done } = await lines.next()
    if (done) throw new Error('Python ended without an answer')
    return JSON.parse(value)
  }
  const { quantizers, missing } = await answer()
  return {
    quantizers,
    missing,
    async run(name) {
      python.stdin.write(`${name}\n`)
      return answer()
    },
    async read() {
      const rgb = await readFile(target)
      return (pixel, channel) => rgb[3 * pixel + channel]
    },
    close: () => python.kill(),
  }
}

export function withoutAlpha(rgba: Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3)
  for (let pixel = 0; pixel < rgba.length / 4; pixel++) {
    for (let channel = 0; channel < 3; channel++) rgb[3 * pixel + channel] = rgba[4 * pixel + channel]
  }
  return rgb
}
