import { quantize } from 'lloyd'
import { gifenc, imageQ, type QuantizedByte, type Quantizer, sharpPalette } from '../peers/quantizers.js'
import {
  meanSquaredError,
  measure,
  type Photo,
  type Row,
  type Suite,
  type SuiteContext,
  summarize,
  type Timing,
} from '../suite.js'

const colorCounts = [16, 64, 256]
const stages = ['count', 'seed', 'cluster', 'map'] as const
type StageTimes = Record<(typeof stages)[number], number>

export const quantizeSuite: Suite = {
  title: 'colour quantization of one photograph',
  notes: [
    'warm medians, from decoded RGBA to palette and indices (image-q: to RGBA; sharp: to an uncompressed PNG of its palette)',
    'error: squared error of the returned bytes, summed over red, green and blue, mean over pixels',
    'sharp rounds the number of colours up to 2, 4, 16 or 256: its 64 are 256',
    'stages: runs of their own, which wait for the device after each stage; they may sum to more than the total',
  ],
  columns: [
    { key: 'library', heading: 'library' },
    { key: 'runtime', heading: 'runs in' },
    { key: 'colors', heading: 'colours' },
    { key: 'entries', heading: 'entries' },
    { key: 'milliseconds', heading: 'ms', decimals: 1 },
    { key: 'deviation', heading: '± MAD', decimals: 1 },
    { key: 'error', heading: 'error', decimals: 2 },
    { key: 'iterations', heading: 'iterations' },
    ...stages.map((stage) => ({ key: stage, heading: stage, decimals: 1 })),
  ],
  packages: ['image-q', 'gifenc', 'sharp'],

  async run(context) {
    const rows: Row[] = []
    for (const colors of colorCounts) {
      rows.push(await timeLloyd(context, colors))
      for (const peer of [imageQ, gifenc] as Quantizer[]) rows.push(await timePeer(context, peer, colors))
    }
    return rows
  },

  async runInNode(context) {
    const rows: Row[] = []
    for (const colors of colorCounts) rows.push(await timePeer(context, sharpPalette as Quantizer, colors))
    return rows
  },
}

async function timeLloyd({ engine, photo, repeats, report }: SuiteContext, colors: number): Promise<Row> {
  report(`lloyd, ${colors} colours`)
  const timing = await measure(repeats, () => quantize(engine, photo, { colors }))

  const stageSamples: StageTimes[] = []
  for (let run = 0; run < repeats; run++) stageSamples.push(await timeStages({ engine, photo }, colors))
  const stageMedian = (stage: keyof StageTimes) => summarize(stageSamples.map((times) => times[stage])).median

  const { palette, indices, iterations, uniqueColors, mse } = await quantize(engine, photo, { colors })
  return {
    ...row(`lloyd (${engine.backend})`, colors, palette.length / 4, timing),
    error: meanSquaredError(photo, (pixel, channel) => palette[4 * indices[pixel] + channel]),
    reportedError: mse,
    iterations,
    uniqueColors,
    ...Object.fromEntries(stages.map((stage) => [stage, stageMedian(stage)])),
  }
}

/** A stage lasts from its first report to the next stage's, the first from the call and the last to the result. */
async function timeStages({ engine, photo }: Pick<SuiteContext, 'engine' | 'photo'>, colors: number) {
  const starts = new Map<string, number>()
  const callTime = performance.now()
  await quantize(engine, photo, {
    colors,
    onProgress({ stage }) {
      if (!starts.has(stage)) starts.set(stage, starts.size === 0 ? callTime : performance.now())
    },
  })
  const boundaries = [...starts.values(), performance.now()]
  const times: StageTimes = { count: 0, seed: 0, cluster: 0, map: 0 } // an image of few colours needs only the first
  for (const [at, stage] of [...starts.keys()].entries()) {
    if (!(stage in times)) throw new Error(`quantize reported '${stage}'; the suite knows ${stages.join(', ')}`)
    times[stage as keyof StageTimes] = boundaries[at + 1] - boundaries[at]
  }
  return times
}

async function timePeer({ photo, repeats, report }: SuiteContext, peer: Quantizer, colors: number): Promise<Row> {
  report(`${peer.name}, ${colors} colours`)
  const timing = await measure(repeats, () => peer.quantize(photo, colors))
  const byteAt = await peer.read(await peer.quantize(photo, colors))
  return { ...row(peer.name, colors, countColors(photo, byteAt), timing), error: meanSquaredError(photo, byteAt) }
}

function row(library: string, colors: number, entries: number, timing: Timing): Row {
  return {
    library,
    colors,
    entries,
    milliseconds: timing.median,
    deviation: timing.deviation,
    samples: timing.samples,
  }
}

/** The palette's entries that are in use. */
function countColors({ width, height }: Photo, byteAt: QuantizedByte): number {
  const colors = new Set<number>()
  for (let pixel = 0; pixel < width * height; pixel++) {
    colors.add((byteAt(pixel, 0) << 16) | (byteAt(pixel, 1) << 8) | byteAt(pixel, 2))
  }
  return colors.size
}
