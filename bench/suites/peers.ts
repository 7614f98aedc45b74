import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createEngine, type Engine, type Quantized, type QuantizeOptions, quantize, readImage } from 'lloyd'
import { findPngquant } from '../peers/pngquant.js'
import { type Cost, startPython } from '../peers/python.js'
import { gifenc, imageQ, type QuantizedByte, type Quantizer, sharpPalette } from '../peers/quantizers.js'
import { meanSquaredError, type NodeContext, type NodeSuite, type Photo, type Row, summarize } from '../suite.js'

const COLORS = 256
/** Enough to converge. */
const MAX_ITERATIONS = 20_000
/** Milliseconds above which once is enough. */
const SLOW = 10_000
/** Milliseconds below which a turn is two runs, of which the second counts. */
const QUICK = 3000

/** One line of the table. */
interface Contender {
  library: string
  remark?: string
  /** Quantizes once. */
  run(): Promise<Cost>
  /** The output of the last run. */
  read(): QuantizedByte | Promise<QuantizedByte>
}

export const peersSuite: NodeSuite = {
  title: `${COLORS} colours without dithering, lloyd and others`,
  notes: [
    'ms: from decoded pixels in memory to an index a pixel; image-q to RGBA, sharp to an uncompressed PNG, pngquant from a PNG to a PNG',
    'the runs take turns; medians after one warm turn, of what takes over 10 s the first run only',
    'a turn of what takes less than 3 s is two runs, of which the second counts: memory is as warm for all as in a folder of images',
    'error: squared error of the returned bytes, summed over red, green and blue, mean over pixels',
    'CPU ms: time that processors worked, threads together (of lloyd on a GPU, that of the host)',
    '÷: the time over that of libimagequant in sharp, at its default speed',
  ],
  columns: [
    { key: 'image', heading: 'image' },
    { key: 'library', heading: 'library' },
    { key: 'milliseconds', heading: 'ms', decimals: 0 },
    { key: 'deviation', heading: '± MAD', decimals: 0 },
    { key: 'ratio', heading: '÷', decimals: 2 },
    { key: 'cpu', heading: 'CPU ms', decimals: 0 },
    { key: 'error', heading: 'error', decimals: 3 },
    { key: 'remark', heading: 'remark' },
  ],
  packages: ['sharp', 'image-q', 'gifenc'],

  async run(context) {
    const folder = await mkdtemp(join(tmpdir(), 'lloyd-bench-'))
    const cpu = await createEngine({ backend: 'cpu' })
    try {
      const rows: Row[] = []
      for (const path of context.images) {
        const photo = { name: basename(path), ...(await readImage(path)) }
        rows.push(...(await compare(context, cpu, photo, folder)))
      }
      return rows
    } finally {
      cpu.destroy()
      await rm(folder, { recursive: true })
    }
  },
}

async function compare({ engine, wants, repeats, report }: NodeContext, cpu: Engine, photo: Photo, folder: string) {
  const ten: QuantizeOptions = { colors: COLORS, maxIterations: 10 }
  const converged: QuantizeOptions = { colors: COLORS, maxIterations: MAX_ITERATIONS, tolerance: 0 }
  const others = await findOthers(photo, folder)
  const contenders = [
    lloyd('lloyd, 10 updates', engine, photo, ten),
    lloyd('lloyd, converged', engine, photo, converged),
    ...(engine.backend === 'cpu' ? [] : [lloyd('lloyd, 10 updates', cpu, photo, ten)]),
    ...[sharpPalette, imageQ, gifenc].map((peer) => javascript(peer as Quantizer, photo)),
    ...others.contenders,
  ].filter(({ library }) => wants(library))
  const costs = contenders.map((): Cost[] => [])
  const errors: number[] = []
  for (let round = -1; round < repeats; round++) {
    for (const [at, contender] of contenders.entries()) {
      if (costs[at][0]?.wall > SLOW) continue
      report(`${photo.name}: ${contender.library}, ${round < 0 ? 'warm' : `${round + 1} of ${repeats}`}`)
      let cost = await contender.run()
      if (cost.wall < QUICK) cost = await contender.run()
      if (round >= 0 || cost.wall > SLOW) costs[at].push(cost)
      errors[at] ??= meanSquaredError(photo, await contender.read())
    }
  }
  others.release()
  const reference = contenders.findIndex(({ library }) => library === sharpPalette.name)
  const rows = contenders.map(({ library, remark = null }, at): Row => {
    const samples = costs[at].map(({ wall }) => wall)
    const { median, deviation } = summarize(samples)
    const cpu = costs[at].map((cost) => cost.cpu).filter((time) => time !== null)
    return {
      image: photo.name,
      library,
      milliseconds: median,
      deviation,
      samples,
      ratio: reference < 0 ? null : median / summarize(costs[reference].map(({ wall }) => wall)).median,
      cpu: cpu.length > 0 ? summarize(cpu).median : null,
      error: errors[at],
      remark,
    }
  })
  return [
    ...rows,
    ...others.missing.filter(wants).map((library): Row => ({ image: photo.name, library, remark: 'not installed' })),
  ]
}

function lloyd(name: string, engine: Engine, photo: Photo, options: QuantizeOptions): Contender {
  let result: Quantized
  return {
    library: `${name} (${engine.backend})`,
    run: () =>
      time(async () => {
        result = await quantize(engine, photo, options)
      }),
    read: () => (pixel, channel) => result.palette[4 * result.indices[pixel] + channel],
  }
}

function javascript(peer: Quantizer, photo: Photo): Contender {
  let result: unknown
  return {
    library: peer.name,
    run: () =>
      time(async () => {
        result = await peer.quantize(photo, COLORS)
      }),
    read: () => peer.read(result),
  }
}

interface Others {
  contenders: Contender[]
  missing: string[]
  release(): void
}

/** Contenders that may not be installed. */
async function findOthers(photo: Photo, folder: string): Promise<Others> {
  const pngquant = await findPngquant(photo, COLORS, folder)
  const python = await startPython(photo, COLORS, folder)
  const contenders = python.quantizers.map(({ name, remark }): Contender => {
    return { library: name, remark, run: () => python.run(name), read: python.read }
  })
  if (pngquant) {
    const { version, quantize, read } = pngquant
    const remark = 'with reading and writing a PNG'
    contenders.unshift({
      library: `pngquant ${version}`,
      remark,
      run: async () => ({ ...(await time(quantize)), cpu: null }),
      read,
    })
  }
  return { contenders, missing: [...(pngquant ? [] : ['pngquant']), ...python.missing], release: python.close }
}

async function time(work: () => Promise<unknown>): Promise<Cost> {
  const [start, before] = [performance.now(), process.cpuUsage()]
  await work()
  const { user, system } = process.cpuUsage(before)
  return { wall: performance.now() - start, cpu: (user + system) / 1000 }
}
