import { type Engine, readImage } from 'lloyd'
import { type DispatchMeasures, measureDispatch } from '../addresses/access-measures.js'
import { keyOf, reasons } from '../addresses/reasons.js'
import { devices, leastSeconds } from '../addresses/roofline.js'
import { type TracedDispatch, traceDevice } from '../addresses/trace-device.js'
import { engineAs, type Settings, works } from '../addresses/works.js'
import type { NodeSuite, Row } from '../suite.js'

/** Sectors touched over sectors needed above which an array is to be mended, or a reason to be given. */
export const WASTE = 1.5
/** Share of the bytes of a dispatch up to which an array is left out of the table. */
const LITTLE = 0.05

export const addressesSuite: NodeSuite = {
  title: 'addresses of loads and stores, of each shader’s largest dispatch',
  notes: [
    'of 12 groups of 32 neighbouring threads, with the settings for GPUs; the n-th accesses at a place of the shader are taken together; arrays of 5 % of the sectors or less are left out',
    'asked: kB that a group asks for; sectors: 32-byte sectors that its accesses touch over the fewest that hold what they ask for',
    'cached: the same with every sector and element counted once, as with a cache that keeps them',
    'banks: turns of workgroup memory over turns without conflicts; busy: accesses over those with no thread waiting for another',
    `least µs: roofline of all dispatches of the shader in this work, for ${devices.map(({ name }) => name).join(', ')}, with sectors read once a group`,
    `why not mended: the reason of more than ${WASTE} times the sectors; to mend: there is none`,
  ],
  columns: [
    { key: 'work', heading: 'work' },
    { key: 'kernel', heading: 'shader' },
    { key: 'array', heading: 'array' },
    { key: 'asked', heading: 'asked', decimals: 1 },
    { key: 'sectors', heading: 'sectors', decimals: 2 },
    { key: 'cached', heading: 'cached', decimals: 2 },
    { key: 'banks', heading: 'banks', decimals: 2 },
    { key: 'busy', heading: 'busy', decimals: 2 },
    { key: 'barriers', heading: 'barriers', decimals: 0 },
    { key: 'dispatches', heading: 'runs' },
    ...devices.map(({ name }) => ({ key: name, heading: `least µs ${name}`, decimals: 1 })),
    { key: 'remark', heading: 'remark' },
    { key: 'reason', heading: 'why not mended' },
  ],
  packages: [],

  async run({ engine, images, report, wants }) {
    if (!engine.device) throw new Error('addresses are traced on a device; leave --backend cpu out')
    const tracer = traceDevice(engine.device)
    const engines = new Map<Settings, Engine>()
    for (const kind of ['gpu', 'software', 'lists'] as const) engines.set(kind, await engineAs(kind, engine.device))
    const image = await readImage(images[0])
    const table: Row[] = []
    for (const { name, settings = 'gpu', run } of works) {
      if (!wants(name)) continue
      report(name)
      await run(engines.get(settings)!, image)
      for (const dispatch of await tracer.read()) table.push(...rowsOf(name, dispatch).map(rounded))
    }
    for (const traced of engines.values()) traced.destroy()
    return table
  },
}

/** A row for the dispatch, and one for each of its arrays. */
function rowsOf(work: string, dispatch: TracedDispatch): Row[] {
  const measures = measureDispatch(dispatch)
  const { kernel, dispatches } = dispatch
  const { bankTurns, busy, barriers, arrays, cut } = measures
  const times = leastMicroseconds(dispatch, measures)
  const least = LITTLE * arrays.reduce((sum, { touched }) => sum + touched, 0)
  const listed = arrays.filter(({ touched }) => touched > least)
  return [
    { work, kernel, dispatches, banks: bankTurns, busy, barriers, ...times, remark: cut ? 'log cut' : null },
    ...listed.map(({ name, bytes, needed, touched, distinct, cached }): Row => {
      const [sectors, kept] = [touched / needed, cached / distinct]
      const reason = (sectors > WASTE && reasons.get(keyOf(kernel, name))) || null
      const remark = sectors > WASTE && !reason ? 'to mend' : null
      return { work, kernel, array: name, asked: bytes / 1000, sectors, cached: kept, remark, reason }
    }),
  ]
}

/** A row whose numbers have four digits. */
function rounded(row: Row): Row {
  const short = (value: Row[string]) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value)
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, short(value)]))
}

function leastMicroseconds(
  { dispatches, allThreads, groups }: TracedDispatch,
  { arrays, operations }: DispatchMeasures,
) {
  const threads = groups.reduce((sum, group) => sum + group.length, 0) / groups.length
  const bytes = (arrays.reduce((sum, { cached }) => sum + cached, 0) * allThreads) / threads
  return Object.fromEntries(
    devices.map((model) => [model.name, 1e6 * leastSeconds(model, dispatches, bytes, operations * allThreads)]),
  )
}
