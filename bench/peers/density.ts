import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Matrix } from 'lloyd'
import { pythonCommand } from './python.js'

const script = fileURLToPath(new URL('density.py', import.meta.url))

export interface PeerRun {
  milliseconds: number
  clusters: number | null
  /** Name and version. */
  package?: string
}

export interface DensityPeer {
  /** Runs a method once, by Python's own clock; null where its library is missing. */
  run(call: string): Promise<PeerRun | null>
  close(): void
}

/** Starts Python (`LLOYD_PYTHON`, else python3) with points; null where it or NumPy is missing. */
export async function startDensityPeer({ data, columns }: Matrix, folder: string): Promise<DensityPeer | null> {
  const source = join(folder, 'points.raw')
  await writeFile(source, data)
  const python = spawn(pythonCommand(), [script, source, String(columns)], { stdio: ['pipe', 'pipe', 'ignore'] })
  try {
    await once(python, 'spawn')
  } catch {
    return null
  }
  python.stdin.on('error', () => {}) // it ended: its answer is missing, below
  const lines = createInterface({ input: python.stdout })[Symbol.asyncIterator]()
  return {
    async run(call) {
      python.stdin.write(`${call}\n`)
      const { value, done } = await lines.next()
      return done ? null : JSON.parse(value)
    },
    close: () => python.kill(),
  }
}
