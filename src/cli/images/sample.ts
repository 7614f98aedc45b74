import { readFileSync } from 'node:fs'
import { createEngine, type Engine, encodePng, LloydError, quantizeTogether } from 'lloyd'
import { describeAdapter } from '../adapter.js'
import { formatBytes, formatTime } from '../numbers.js'
import { print, progressLine } from '../views/terminal.js'
import { framesOf, readJob } from './frames.js'
import type { Job } from './plan.js'
import { readPngChunks } from './png-chunks.js'
import type { Quantizing } from './quantize-options.js'

/**
 * Quantizes the sample again on the other executor, if there is one, and reports that the bytes are the same; throws
 * where they are not.
 */
export async function repeatSample(
  job: Job,
  first: Engine['backend'],
  quantizing: Quantizing,
  signal: AbortSignal,
): Promise<void> {
  const engine = job.format === 'png' ? await otherEngine(first) : null
  if (!engine) return
  try {
    const name = engine.backend === 'cpu' ? 'the CPU executor' : describeAdapter(engine)
    progressLine.update(`again on ${name}`)
    const stack = await readJob(job)
    const began = performance.now()
    const { palette, images } = await quantizeTogether(engine, framesOf(stack), { ...quantizing, signal })
    const time = performance.now() - began
    const file = await encodePng({ palette, ...images[0] }, { signal })
    progressLine.clear()
    if (!isIn(file, readFileSync(job.output))) throw new Error(`${name} gives other bytes than the first executor`)
    print(`again     on ${name}, in ${formatTime(time)}: the same ${formatBytes(file.length)}, byte for byte`)
  } finally {
    engine.destroy()
  }
}

/** Whether `written` holds exactly the image of `png`, possibly with the resolution and texts of its input. */
function isIn(png: Uint8Array, written: Uint8Array): boolean {
  const chunks = readPngChunks(png)
  const types = chunks.map(({ type }) => type)
  const others = readPngChunks(written).filter(({ type }) => types.includes(type))
  return (
    others.length === chunks.length &&
    chunks.every(({ type, data }, i) => type === others[i].type && Buffer.compare(data, others[i].data) === 0)
  )
}

async function otherEngine(first: Engine['backend']): Promise<Engine | null> {
  try {
    return await createEngine({ backend: first === 'cpu' ? 'webgpu' : 'cpu' })
  } catch (error) {
    if (error instanceof LloydError && error.code === 'AdapterError') return null
    throw error
  }
}
