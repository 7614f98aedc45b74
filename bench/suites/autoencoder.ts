import { adam, createAutoencoder, dense, type Engine, type GpuMatrix, type Matrix, multiply } from 'lloyd'
import { createJaxNetworks } from '../peers/jax-networks.js'
import { multiplyAddRate } from '../peers/multiply-add-rate.js'
import { type NetworkPeer, type ProductProblem, type StepProblem, type Timed, uniform } from '../peers/networks.js'
import { withRests } from '../peers/peer.js'
import { createTfjsNetworks } from '../peers/tfjs-networks.js'
import { type Row, type Suite, type SuiteContext, summarize } from '../suite.js'

const SIDE = 1024
const UNITS = [784, 128, 32, 128, 784] as const
const BATCH = 256
/** Training steps between two reads of the loss. */
const STEPS = 8

const peers: Record<string, () => Promise<NetworkPeer>> = {
  'tfjs (webgpu)': createTfjsNetworks,
  'jax-js (webgpu)': createJaxNetworks,
}

export const autoencoderSuite: Suite = {
  title: 'Matrix products and training steps',
  notes: [
    `product: ${SIDE}³, float32, from matrices that are on the device to one in memory`,
    `step: gradient and update of the network ${UNITS.join('-')}, ReLU, squared error, ${BATCH} points of one batch`,
    `lloyd: epochs of ${STEPS} steps with shuffled batches, (time of 5 − time of 1) / 4; peers: ${STEPS} steps on one batch`,
    'GFLOP/s: 2·n³ a second, and 6 times the weights times the points of a step a second',
    'of peak: as a share of the rate at which the adapter multiplies and adds in registers, measured in the same run',
    'every implementation takes its turn in every round; peers are waited for as lloyd waits',
  ],
  columns: [
    { key: 'library', heading: 'library' },
    { key: 'runtime', heading: 'runs in' },
    { key: 'what', heading: 'what' },
    { key: 'milliseconds', heading: 'ms', decimals: 1 },
    { key: 'deviation', heading: '± MAD', decimals: 1 },
    { key: 'gflops', heading: 'GFLOP/s', decimals: 2 },
    { key: 'share', heading: 'of peak', decimals: 3 },
    { key: 'ratio', heading: '× lloyd’s time', decimals: 2 },
    { key: 'remark', heading: 'remark' },
  ],
  packages: ['@tensorflow/tfjs-backend-webgpu', '@jax-js/jax'],

  async run(context) {
    const product: ProductProblem = { side: SIDE, a: uniform(SIDE * SIDE, 1), b: uniform(SIDE * SIDE, 2) }
    const step: StepProblem = { units: UNITS, batch: BATCH, points: uniform(BATCH * UNITS[0], 3), steps: STEPS }
    const weights = UNITS.slice(1).reduce<number>((sum, outputs, i) => sum + outputs * UNITS[i], 0)
    const made: Record<string, NetworkPeer | string> = {}
    for (const [name, create] of Object.entries(peers)) made[name] = await attempt(create)
    const { device } = context.engine
    const rate = device ? await multiplyAddRate(device, context.repeats) : null
    const own = `lloyd (${context.engine.backend})`
    const rows: Row[] = []
    if (rate) rows.push({ library: 'adapter', what: 'a · x + b in registers', gflops: rate / 1e9, remark: 'the peak' })
    const timeAll = async (
      what: string,
      flops: number,
      mine: Contestant,
      peer: (peer: NetworkPeer) => Promise<Timed>,
    ) => {
      const contestants: Record<string, Contestant | string> = { [own]: mine }
      for (const [name, maker] of Object.entries(made)) {
        const timed = typeof maker === 'string' ? maker : await attempt(() => peer(maker))
        contestants[name] =
          typeof timed === 'string'
            ? timed
            : plainContestant({ ...timed, work: () => withRests(timed.work) }, what === 'step' ? STEPS : 1)
      }
      rows.push(...(await takeTurns(context, what, flops, rate, contestants)))
    }
    await timeAll('product', 2 * SIDE ** 3, lloydProduct(context.engine, product), (peer) => peer.product(product))
    await timeAll('step', 6 * weights * BATCH, await lloydStep(context.engine, step), (peer) => peer.step(step))
    return rows.map((row) => {
      const maker = made[row.library as string]
      return typeof maker === 'object' && row.what === 'step' && !row.remark ? { ...row, remark: maker.optimizer } : row
    })
  },
}

/** A contestant to time: returns the milliseconds of one product or training step. */
interface Contestant {
  time(): Promise<number>
  release(): void
}

async function attempt<T>(work: () => Promise<T>): Promise<T | string> {
  try {
    return await work()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return `cannot run here: ${reason.split('\n')[0].slice(0, 80)}`
  }
}

function plainContestant({ work, release }: Timed, steps: number): Contestant {
  return {
    async time() {
      const start = performance.now()
      await work()
      return (performance.now() - start) / steps
    },
    release,
  }
}

function lloydProduct(engine: Engine, { side, a, b }: ProductProblem): Contestant {
  const buffers: GPUBuffer[] = []
  const load = (data: Float32Array): Matrix | GpuMatrix => {
    const { device } = engine
    if (!device) return { data, rows: side, columns: side }
    // STORAGE and COPY_DST by value: Node has no global GPUBufferUsage.
    const buffer = device.createBuffer({ size: data.byteLength, usage: 0x80 | 0x08 })
    device.queue.writeBuffer(buffer, 0, data as Float32Array<ArrayBuffer>)
    buffers.push(buffer)
    return { buffer, rows: side, columns: side }
  }
  const [left, right] = [load(a), load(b)]
  const release = () => {
    for (const buffer of buffers) buffer.destroy()
  }
  return plainContestant({ work: async () => (await multiply(engine, left, right)).data, release }, 1)
}

async function lloydStep(engine: Engine, { units, batch, steps }: StepProblem): Promise<Contestant> {
  const middle = units.length >> 1
  const autoencoder = await createAutoencoder(engine, {
    inputs: units[0],
    encoder: units.slice(1, middle + 1).map((outputs) => dense(outputs, 'relu')),
    decoder: units.slice(middle + 1).map((outputs, i, all) => dense(outputs, i < all.length - 1 ? 'relu' : 'linear')),
  })
  const points = { data: uniform(steps * batch * units[0], 3), rows: steps * batch, columns: units[0] }
  const train = async (epochs: number) => {
    const start = performance.now()
    await autoencoder.fit(points, { epochs, batchSize: batch, optimizer: adam() })
    return performance.now() - start
  }
  return {
    async time() {
      const short = await train(1)
      return ((await train(5)) - short) / 4 / steps
    },
    release: () => autoencoder.destroy(),
  }
}

/** Times contestants in turn, so that other load on the machine affects all of them; the first round does not count. */
async function takeTurns(
  { repeats, report }: SuiteContext,
  what: string,
  flops: number,
  rate: number | null,
  contestants: Record<string, Contestant | string>,
): Promise<Row[]> {
  const samples: Record<string, number[]> = {}
  const failures: Record<string, string> = {}
  for (const [name, contestant] of Object.entries(contestants)) {
    if (typeof contestant === 'string') failures[name] = contestant
    else samples[name] = []
  }
  for (let round = -1; round < repeats; round++) {
    report(`${what}, round ${round + 1} of ${repeats}`)
    for (const name of Object.keys(samples)) {
      const time = await attempt((contestants[name] as Contestant).time)
      if (typeof time === 'string') {
        failures[name] = time
        delete samples[name]
      } else if (round >= 0) samples[name].push(time)
    }
  }
  for (const contestant of Object.values(contestants)) if (typeof contestant !== 'string') contestant.release()
  const [first] = Object.values(samples).map((values) => summarize(values).median)
  return Object.keys(contestants).map((name): Row => {
    if (name in failures) return { library: name, what, remark: failures[name] }
    const { median, deviation } = summarize(samples[name])
    const gflops = flops / median / 1e6
    const share = rate ? (gflops * 1e9) / rate : null
    const row = { library: name, what, milliseconds: median, deviation, samples: samples[name], gflops, share }
    return { ...row, ratio: median / first }
  })
}
