import {
  createAutoencoder,
  createEngine,
  createKMeans,
  createQuantizer,
  dense,
  type Engine,
  kmeans,
  LloydError,
  quantize,
} from 'lloyd'

/** Outcome of work: the `code` of the LloydError, another reason of rejection, or 'finished'. */
export interface CrashAnswer {
  outcome: string
  /** Outcomes of the engine's own promise, and of work that begins after the crash. */
  lost: string
  later: string
  unhandled: string[]
  /** The result of a new engine. */
  anew: string
}

declare global {
  var crashWorks: string[]
  /** Begins work, and resolves once it is under way. */
  var beginWork: (name: string) => Promise<void>
  var endWork: () => Promise<CrashAnswer>
}

const random = (i: number) => ((i * 7919 + 13) % 10_007) / 10_007
const floats = (length: number) => Float32Array.from({ length }, (_, i) => random(i))
const points = { data: floats(20_000 * 12), rows: 20_000, columns: 12 }
const image = { data: Uint8Array.from({ length: 4 * 200 * 200 }, (_, i) => 256 * random(i)), width: 200, height: 200 }

const works: Record<string, (engine: Engine) => Promise<unknown>> = {
  compile: async (engine) => {
    for (let columns = 1; ; columns++) {
      const network = await createAutoencoder(engine, { inputs: columns, encoder: [dense(2, 'relu')] })
      await network.reconstruct({ data: floats(columns), rows: 1, columns })
      await createKMeans(engine, { rows: 100, columns, k: 3 })
    }
  },
  kmeans: (engine) => kmeans(engine, points, { k: 90, tolerance: 0, maxIterations: 100_000, restarts: 100 }),
  quantize: async (engine) => {
    for (;;) await quantize(engine, image, { colors: 100, dither: 'floyd-steinberg' })
  },
  read: async (engine) => {
    const job = await createKMeans(engine, { rows: 20_000, columns: 12, k: 4 })
    job.prepare({ points })
    for (;;) {
      job.run()
      await Promise.all([job.readLabels(), job.readState(), job.readCentroids()])
    }
  },
  canvas: async (engine) => {
    const quantizer = await createQuantizer(engine, { width: 200, height: 200, colors: 9 })
    const canvas = new OffscreenCanvas(200, 200)
    canvas.getContext('2d')?.fillRect(9, 9, 90, 90)
    for (;;) await quantizer.quantize(canvas)
  },
  fit: async (engine) => {
    const network = await createAutoencoder(engine, { inputs: 12, encoder: [dense(8, 'relu'), dense(2)] })
    await network.fit(points, { epochs: 100_000 })
  },
}

globalThis.crashWorks = [...Object.keys(works), 'createEngine']

const unhandled: string[] = []
addEventListener('unhandledrejection', ({ reason }) => unhandled.push(String(reason)))
addEventListener('error', ({ message }) => unhandled.push(message))

const outcomeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'finished',
    (error) => (error instanceof LloydError ? error.code : String(error)),
  )

let current: { engine: Engine | null; outcome: Promise<string> }

globalThis.beginWork = async (name) => {
  if (name === 'createEngine') {
    const creating = async () => {
      for (;;) {
        const engine = await createEngine({ backend: 'webgpu' })
        await kmeans(engine, [[0], [1], [9]], { k: 2, maxIterations: 1 })
        engine.destroy()
      }
    }
    current = { engine: null, outcome: outcomeOf(creating()) }
    return
  }
  const engine = await createEngine({ backend: 'webgpu' })
  current = { engine, outcome: outcomeOf(works[name](engine)) }
}

globalThis.endWork = async () => {
  const { engine, outcome } = current
  const answer = {
    outcome: await outcome,
    lost: engine ? (await engine.lost).code : '',
    later: engine ? await outcomeOf(kmeans(engine, points, { k: 2 })) : '',
  }
  engine?.destroy()
  await new Promise((resolve) => setTimeout(resolve, 100))
  return { ...answer, unhandled, anew: await clusterAnew() }
}

/** Clusters on a new engine, which may take several attempts while the new GPU process starts. */
async function clusterAnew(): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    try {
      using engine = await createEngine({ backend: 'webgpu' })
      const { sizes } = await kmeans(engine, [[0], [1], [9]], { k: 2 })
      return [...sizes].sort().join()
    } catch (error) {
      if (attempt === 20) return String(error)
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
  }
}
