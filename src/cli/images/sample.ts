import { readFileSync } from 'node:fs'
import { createEngine, type Engine, encodePng, insertPngChunks, LloydError, quantizeTogether } from 'lloyd'
import { describeAdapter } from '../adapter.js'
import { formatBytes, formatTime } from '../numbers.js'
import { print, progressLine } from '../views/terminal.js'
import type { Batch } from './batch.js'
import { framesOf, readJob } from './frames.js'
import { metadataFor } from './image-output.js'
import type { Job } from './plan.js'

/**
 * Quantizes the sample again on the other executor, if there is one, and reports that the bytes are the same; throws
 * where they are not.
 */
export async function repeatSample(
  job: Job,
  { backend, quantizing, options }: Batch,
  signal: AbortSignal,
): Promise<void> {
  const engine = job.format === 'png' ? await otherEngine(backend) : null
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
    const { chunks } = await metadataFor(job, options.keepMetadata)
    const isSame = Buffer.compare(insertPngChunks(file, chunks), readFileSync(job.output)) === 0
    if (!isSame) throw new Error(`${name} gives other bytes than the first executor`)
    print(`again     on ${name}, in ${formatTime(time)}: the same ${formatBytes(file.length)}, byte for byte`)
  } finally {
    engine.destroy()
  }
}

async function otherEngine(first: Engine['backend'] | null): Promise<Engine | null> {
  try {
    return await createEngine({ backend: first === 'cpu' ? 'webgpu' : 'cpu' })
  } catch (error) {
    if (error instanceof LloydError && error.code === 'AdapterError') return null
    throw error
  }
}
