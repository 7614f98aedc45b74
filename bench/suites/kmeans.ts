import { type Engine, kmeans } from 'lloyd'
import { quantile } from 'simple-statistics'
import { createJaxPeer } from '../peers/jax-js.js'
import { createMlKmeansPeer } from '../peers/ml-kmeans.js'
import { type PeerFactory, type Problem, withRests } from '../peers/peer.js'
import { createTfjsPeer } from '../peers/tfjs.js'
import { type Row, type Suite, type SuiteContext, summarize } from '../suite.js'

type Shape = readonly [rows: number, columns: number, k: number]

const shapes: readonly Shape[] = [
  [1_000_000, 3, 256],
  [200_000, 32, 256],
  [50_000, 128, 256],
]
/** The problem for greedy k-means++: many points and rounds. */
const seeded: Shape = [1_000_000, 8, 40]
/** The middle of the curves, with one dimension at a time halved and doubled. */
const middle: Shape = [2 ** 17, 16, 64]
const factors = [0.25, 0.5, 1, 2, 4]

/** Iterations of the longer and the shorter fit, whose difference is free of upload, checks and readback. */
const LONG = 9
const SHORT = 1

/** `most`: the maximum number of points for a peer; its time is scaled up to all. */
const peers: Record<string, { create: PeerFactory; most: (problem: Problem) => number }> = {
  // They store n·k distances, which must fit one binding of 128 MiB.
  'tfjs (webgpu)': { create: createTfjsPeer, most: ({ k }) => 2 ** 24 / k },
  'jax-js (webgpu)': { create: createJaxPeer, most: ({ k }) => 2 ** 24 / k },
  // Plain JavaScript would take minutes.
  'ml-kmeans': { create: createMlKmeansPeer, most: ({ k, columns }) => 1e8 / k / columns },
}

export const kmeansSuite: Suite = {
  title: 'Lloyd iterations over uniform random points',
  notes: [
    'every implementation takes its turn in every round, but scikit-learn, which is timed at the end',
    `lloyd: one iteration (assignment and update), (time of ${LONG} iterations − time of ${SHORT}) / ${LONG - SHORT}, tolerance 0`,
    'tfjs and jax-js: an assignment alone (matrix product and arg-min, labels read), the least of an iteration; waited for as lloyd waits',
    'ml-kmeans and scikit-learn, where Python has it: one iteration; peers that cannot take all points, for memory or time, take some: scaled up',
    'G/s: 10⁹ distances a second; GFLOP/s: 2·n·k·d a second; submit p95: of the spans between a submit of lloyd and its end',
    'curve: n, d or k of the middle shape, halved and doubled; ×: its time over that of the row before (2 is linear)',
  ],
  columns: [
    { key: 'library', heading: 'library' },
    { key: 'runtime', heading: 'runs in' },
    { key: 'rows', heading: 'n' },
    { key: 'columns', heading: 'd' },
    { key: 'k', heading: 'k' },
    { key: 'milliseconds', heading: 'ms', decimals: 1 },
    { key: 'deviation', heading: '± MAD', decimals: 1 },
    { key: 'distances', heading: 'G/s', decimals: 3 },
    { key: 'gflops', heading: 'GFLOP/s', decimals: 2 },
    { key: 'submit', heading: 'submit p95', decimals: 1 },
    { key: 'growth', heading: '×', decimals: 2 },
    { key: 'remark', heading: 'remark' },
  ],
  packages: ['@tensorflow/tfjs-backend-webgpu', '@jax-js/jax', 'ml-kmeans'],

  async run(context) {
    const rows: Row[] = []
    for (const shape of shapes) {
      const problem = createProblem(shape)
      const contestants = [createLloyd(context, problem)]
      for (const name in peers) contestants.push(await createPeer(context, problem, name))
      rows.push(...(await takeTurns(context, contestants)))
    }
    rows.push(await timeSeeding(context, createProblem(seeded)))
    for (const side of [0, 1, 2]) rows.push(...(await timeCurve(context, side)))
    return rows
  },

  async runInNode({ report }) {
    // Imported here, since a page has no Python.
    const { withFolder, timeScikitLearnPass } = await import('../peers/lloyd-pass.js')
    const rows: Row[] = []
    await withFolder(async (folder) => {
      for (const shape of shapes) {
        report(`scikit-learn, ${shape.join(', ')}`)
        const problem = createProblem(shape)
        const milliseconds = await timeScikitLearnPass(problem.points, problem.columns, problem.k, folder)
        if (milliseconds !== null) rows.push({ ...row('scikit-learn', problem, [milliseconds]), remark: 'iteration' })
      }
    })
    return rows
  },
}

function createProblem([rows, columns, k]: Shape): Problem {
  let state = 1
  const points = Float32Array.from({ length: rows * columns }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 31 - 1
  })
  return { rows, columns, k, points, centroids: points.slice(0, k * columns) }
}

/** An implementation prepared for one problem. */
interface Contestant {
  /** Returns the milliseconds of an iteration, or of the part that the implementation does. */
  time(): Promise<number>
  /** Figures that are known at the end. */
  row(samples: number[]): Row
  release(): void
}

/** Times all in every round, so that a machine's slow minutes are shared; the first round does not count. */
async function takeTurns({ repeats, report }: SuiteContext, contestants: Contestant[]): Promise<Row[]> {
  const samples = contestants.map((): number[] => [])
  for (let round = -1; round < repeats; round++) {
    report(round < 0 ? 'warming up' : `round ${round + 1} of ${repeats}`)
    for (const [i, contestant] of contestants.entries()) {
      const milliseconds = await contestant.time()
      if (round >= 0) samples[i].push(milliseconds)
    }
  }
  for (const contestant of contestants) contestant.release()
  return contestants.map((contestant, i) => contestant.row(samples[i]))
}

function createLloyd({ engine, report }: SuiteContext, problem: Problem): Contestant {
  const { rows, columns, k, points, centroids } = problem
  report(`lloyd, ${rows} × ${columns}, k = ${k}`)
  const init = { data: centroids, rows: k, columns }
  const matrix = { data: points, rows, columns }
  const cluster = async (maxIterations: number) => {
    const start = performance.now()
    const { iterations } = await kmeans(engine, matrix, { k, init, maxIterations, tolerance: 0, emptyClusters: 'keep' })
    return { time: performance.now() - start, iterations }
  }
  const submits = observeSubmits(engine)
  return {
    async time() {
      const short = await cluster(SHORT)
      const long = await cluster(LONG)
      return (long.time - short.time) / (long.iterations - short.iterations)
    },
    row: (samples) => ({
      ...row(`lloyd (${engine.backend})`, problem, samples),
      submit: submits.p95(),
      remark: 'iteration',
    }),
    release: submits.stop,
  }
}

/** Greedy k-means++ and nothing after it but the assignment of the result. */
async function timeSeeding({ engine, repeats, report }: SuiteContext, problem: Problem): Promise<Row> {
  const { rows, columns, k, points } = problem
  report(`k-means++, ${rows} × ${columns}, k = ${k}`)
  const seed = async () => {
    const start = performance.now()
    await kmeans(engine, { data: points, rows, columns }, { k, init: 'k-means++', maxIterations: 0 })
    return performance.now() - start
  }
  await seed()
  const submits = observeSubmits(engine)
  const samples: number[] = []
  for (let run = 0; run < repeats; run++) samples.push(await seed())
  submits.stop()
  const { median, deviation } = summarize(samples)
  const library = `lloyd (${engine.backend})`
  return {
    library,
    rows,
    columns,
    k,
    milliseconds: median,
    deviation,
    samples,
    submit: submits.p95(),
    remark: 'k-means++ seeding, whole',
  }
}

/** Notes how long each submit to the engine's device takes, from its end or that of the one before it. */
function observeSubmits({ device }: Engine): { p95(): number | null; stop(): void } {
  const spans: number[] = []
  const p95 = () => (spans.length > 0 ? quantile(spans, 0.95) : null)
  if (!device) return { p95, stop() {} }
  const { queue } = device
  const submit = queue.submit
  let lastEnd = 0
  queue.submit = (buffers) => {
    const start = performance.now()
    const result = submit.call(queue, buffers)
    queue.onSubmittedWorkDone().then(
      () => {
        const end = performance.now()
        spans.push(end - Math.max(start, lastEnd))
        lastEnd = end
      },
      () => {},
    )
    return result
  }
  return {
    p95,
    stop() {
      queue.submit = submit
    },
  }
}

async function createPeer({ report }: SuiteContext, whole: Problem, name: string): Promise<Contestant> {
  const { rows, columns, k } = whole
  report(`${name}, ${rows} × ${columns}, k = ${k}`)
  const { create, most } = peers[name]
  const part = Math.min(rows, Math.floor(most(whole)))
  const problem = { ...whole, rows: part, points: whole.points.slice(0, part * columns) }
  try {
    const peer = await create(problem)
    await withRests(() => peer.work()) // it may fail only here
    return {
      async time() {
        const start = performance.now()
        await withRests(() => peer.work())
        return ((performance.now() - start) * rows) / part
      },
      row: (samples) => ({
        ...row(name, whole, samples),
        remark: part < rows ? `${peer.does}, of ${part} points, scaled` : peer.does,
      }),
      release: () => peer.release(),
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const remark = `cannot run here: ${reason.split('\n')[0].slice(0, 80)}`
    return { time: async () => 0, row: () => ({ library: name, rows, columns, k, remark }), release() {} }
  }
}

/** One side of the middle shape, halved and doubled; the others as they are. */
async function timeCurve(context: SuiteContext, side: number): Promise<Row[]> {
  const curve: Row[] = []
  for (const factor of factors) {
    const shape = middle.map((size, at) => (at === side ? size * factor : size)) as unknown as Shape
    const [timed] = await takeTurns(context, [createLloyd(context, createProblem(shape))])
    const before = curve.at(-1)?.milliseconds as number | undefined
    const growth = before ? (timed.milliseconds as number) / before : null
    curve.push({ ...timed, growth, remark: `curve over ${['n', 'd', 'k'][side]}` })
  }
  return curve
}

function row(library: string, { rows, columns, k }: Problem, samples: number[]): Row {
  const { median, deviation } = summarize(samples)
  const distances = (rows * k) / median / 1e6
  return {
    library,
    rows,
    columns,
    k,
    milliseconds: median,
    deviation,
    samples,
    distances,
    gflops: 2 * columns * distances,
  }
}
