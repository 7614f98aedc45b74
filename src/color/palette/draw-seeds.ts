import { BufferScope } from '../../engine/engine.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import { chooseColor } from '../../kernels/color/palette/choose-color.js'
import { drawColors } from '../../kernels/color/palette/draw-colors.js'
import { includeColor } from '../../kernels/color/palette/include-color.js'
import { SEED_BLOCK, SeedState } from '../../kernels/color/palette/quantizer-state.js'
import { tryColors } from '../../kernels/color/palette/try-colors.js'
import type { ColorPoints } from '../table/color-points.js'
import type { ColorWork } from '../table/color-work.js'

export interface DrawOptions {
  /** Whether to take the farthest colour each time (maximin) instead of drawing (k-means++). */
  farthest: boolean
  seed: number
  /** Index of the draw, among several with one seed. */
  restart: number
}

const KEEP = 0
const ANEW = 1
const ONES = 2

/**
 * Chooses up to `wanted` seeds among the colours of positive weight, in addition to `still` (4 coordinates each), and
 * returns all. Returns fewer when every colour is a seed.
 *
 * k-means++ is greedy: of 2 + ⌊ln wanted⌋ colours drawn by weight × squared distance, it takes the one that leaves the
 * smallest sum (D. Arthur and S. Vassilvitskii, SODA 2007, §5); the first is drawn by weight alone. Maximin takes the
 * colour farthest from its nearest seed, at first from the mean (T. Gonzalez, TCS 38, 1985).
 *
 * All numbers are integers, and colours are in ascending RGBA order, so that every device draws the same.
 */
export async function drawSeeds(
  work: ColorWork,
  points: ColorPoints,
  still: Uint32Array,
  wanted: number,
  options: DrawOptions,
): Promise<Uint32Array<ArrayBuffer>> {
  const { executor, reporter } = work
  const stillCount = still.length / 4
  const scope = new BufferScope(executor)
  try {
    const mean = stillCount === 0 && options.farthest ? await points.readMean() : null
    const draw = await createDraw({ ...work, scope }, points, { ...options, wanted, room: stillCount + wanted })
    executor.write(draw.seeds, Uint32Array.from(mean ?? still))
    if (stillCount === 0) await draw.include(0, mean ? ANEW : ONES, false)
    for (let k = 0; k < stillCount; k++) await draw.include(k, k === 0 ? ANEW : KEEP, false)

    for (let round = 0; round < wanted; round++) {
      const alone = round === 0 && stillCount === 0
      const number = stillCount + round
      await draw.choose(round, number, alone)
      if (round + 1 < wanted) await draw.include(number, alone ? ANEW : KEEP, true)
      reporter.throwIfAborted()
      if (round % 16 === 15) await reporter.report('seed', round + 1, wanted)
    }
    const [states, chosen] = (await Promise.all([draw.state, draw.seeds].map((buffer) => executor.read(buffer)))).map(
      (bytes) => new Uint32Array(bytes),
    )
    const count = stillCount + states[SeedState.seeds]
    // If all colours are at their mean, it is the only possible seed.
    return chosen.slice(0, 4 * Math.max(count, 1))
  } finally {
    scope.release()
  }
}

/** The dispatches of a draw with buffers for `room` seeds, of which `wanted` are to be drawn. */
async function createDraw(
  work: ColorWork,
  points: ColorPoints,
  { wanted, room, farthest: takesFarthest, seed, restart }: DrawOptions & { wanted: number; room: number },
) {
  const { executor, scope } = work
  const { OKLAB: _, ...flags } = points.flags
  const [include, draw, attempt, choose] = await Promise.all([
    executor.compile(includeColor, { flags }),
    executor.compile(drawColors, { flags }),
    executor.compile(tryColors, { flags }),
    executor.compile(chooseColor),
  ])
  const farthest = takesFarthest ? 1 : 0
  const most = farthest ? 1 : 2 + Math.floor(Math.log(wanted))
  const colorCount = points.count
  const allBlocks = Math.ceil(colorCount / SEED_BLOCK)
  const { points: colors, weights } = await inKeyOrder(work, points)
  const seeds = scope.allocate('quantize.seeds', 16 * Math.max(room, 1))
  const distances = scope.allocate('quantize.seedDistances', 4 * colorCount)
  const blockSums = scope.allocate('quantize.blockSums', 8 * allBlocks)
  const candidates = scope.allocate('quantize.seedCandidates', 16 * most)
  const potentials = scope.allocate('quantize.potentials', 8 * allBlocks * most)
  const state = scope.allocate('quantize.seedState', 4 * SeedState.words)
  const own = { points: colors, weights, seeds, state, distances, blockSums, candidates, potentials }

  /** Runs a kernel that does `work` for each colour over all blocks, as many at a time as fit one submit. */
  const overBlocks = async (work: number, run: (range: { firstBlock: number; blockCount: number }) => void) => {
    const { pace } = executor
    for (let firstBlock = 0; firstBlock < allBlocks; ) {
      const atOnce = Math.max(64, Math.floor(pace.budget / (SEED_BLOCK * work)))
      const blockCount = Math.min(atOnce, allBlocks - firstBlock)
      run({ firstBlock, blockCount })
      await pace.spend(blockCount * SEED_BLOCK * work)
      firstBlock += blockCount
    }
  }
  return {
    seeds,
    state,
    /** Updates the distances to the nearest seed with one of them. */
    include: (number: number, begin: number, afterDraw: boolean) =>
      overBlocks(4, (range) =>
        executor.run(
          include,
          { colorCount, ...range, seed: number, begin, afterDraw: afterDraw ? 1 : 0, farthest },
          own,
        ),
      ),
    /** Chooses seed `number` among the drawn colours; the first seed, if it is `alone`, is drawn by itself. */
    async choose(round: number, number: number, alone: boolean) {
      const trials = alone ? 1 : most
      executor.run(draw, { blockCount: allBlocks, trials, seed, restart, round, farthest }, own)
      if (trials > 1) {
        await overBlocks(4 * trials, (range) => executor.run(attempt, { colorCount, ...range, allBlocks, trials }, own))
      }
      executor.run(choose, { blockCount: allBlocks, trials, seed: number }, own)
    },
  }
}

/**
 * The points and weights in ascending RGBA order: opaque colours are sorted already, those from the hash table are not.
 */
async function inKeyOrder(
  { executor, scope, table }: ColorWork,
  { points, weights, alpha, count }: ColorPoints,
): Promise<{ points: EngineBuffer; weights: EngineBuffer }> {
  if (!alpha) return { points, weights }
  const [colors, coordinates, ownWeights] = await Promise.all(
    [table.colors, points, weights].map((buffer) => executor.read(buffer).then((bytes) => new Uint32Array(bytes))),
  )
  // Pairs of place and key (red in the highest byte), as 64-bit integers with the key above.
  const pairs = new Uint32Array(2 * count)
  const keys = new DataView(colors.buffer)
  for (let i = 0; i < count; i++) {
    pairs[2 * i] = i
    pairs[2 * i + 1] = keys.getUint32(4 * i, false)
  }
  new BigUint64Array(pairs.buffer).sort()
  const sorted = new Uint32Array(2 * count)
  const sortedWeights = new Uint32Array(count)
  for (let place = 0; place < count; place++) {
    const i = pairs[2 * place]
    sorted[2 * place] = coordinates[2 * i]
    sorted[2 * place + 1] = coordinates[2 * i + 1]
    sortedWeights[place] = ownWeights[i]
  }
  return {
    points: scope.upload('quantize.sortedPoints', sorted),
    weights: scope.upload('quantize.sortedWeights', sortedWeights),
  }
}
