import { chooseColor } from '../../../src/kernels/color/palette/choose-color.js'
import { colorMoments } from '../../../src/kernels/color/palette/color-moments.js'
import { drawColors } from '../../../src/kernels/color/palette/draw-colors.js'
import { includeColor } from '../../../src/kernels/color/palette/include-color.js'
import { CELL_MOMENTS, SEED_BLOCK } from '../../../src/kernels/color/palette/quantizer-state.js'
import { tryColors } from '../../../src/kernels/color/palette/try-colors.js'
import { countCells } from '../../../src/kernels/color/space/color-cell.js'
import { anything, distinctColors, pointsOf, randomCentroids, randomWeights } from '../colors'
import { integers, type Sample, samplesOf } from '../sample'

/** One more than a block of colours. */
const FEW = 65

type Flags = { ALPHA: boolean; PACKED: boolean }

/** Colours during seeding: points, weights, and the distances to one seed, or a few with weights and distances of 1. */
function seeding(random: () => number, colorCount: number, flags: Flags, farthest: boolean) {
  const space = { ALPHA: flags.ALPHA, OKLAB: false }
  const blockCount = Math.ceil(colorCount / SEED_BLOCK)
  const points = pointsOf(distinctColors(random, colorCount, flags.ALPHA), { ...flags, ...space })
  const few = colorCount === FEW
  const weights = few ? integers(random, colorCount, 3) : randomWeights(random, colorCount)
  const seeds = randomCentroids(random, 3, space)
  const distances = new Uint32Array(colorCount)
  const blockSums = new Uint32Array(2 * blockCount)
  includeColor.twin(
    { colorCount, firstBlock: 0, blockCount, seed: 1, begin: few ? 2 : 1, afterDraw: 0, farthest: Number(farthest) },
    { points, weights, seeds, state: Uint32Array.of(1, 0), distances, blockSums },
    flags,
  )
  return { blockCount, points, weights, seeds, distances, blockSums }
}

export default [
  samplesOf(includeColor, {
    agreement: 'exact',
    samples(random, flags) {
      const samples: Sample<typeof includeColor.parameters, typeof includeColor.bindings>[] = []
      for (const [colorCount, firstBlock, begin, afterDraw, drawn] of [
        [1, 0, 2, 0, 0],
        [63, 0, 0, 1, 1],
        [FEW, 0, 0, 1, 0],
        [1000, 3, 1, 1, 1],
        [4097, 0, 0, 0, 0],
      ]) {
        for (const farthest of [false, true]) {
          const { blockCount, ...buffers } = seeding(random, colorCount, flags, farthest)
          samples.push({
            parameters: {
              colorCount,
              firstBlock,
              blockCount: blockCount - firstBlock,
              seed: 2,
              begin,
              afterDraw,
              farthest: Number(farthest),
            },
            buffers: { ...buffers, state: Uint32Array.of(drawn, 5) },
            workgroupSize: colorCount === 1000 ? 4 : undefined,
          })
        }
      }
      return samples
    },
  }),
  samplesOf(drawColors, {
    agreement: 'exact',
    samples(random, flags) {
      const samples: Sample<typeof drawColors.parameters, typeof drawColors.bindings>[] = []
      for (const [colorCount, trials] of [
        [1, 1],
        [64, 2],
        [FEW, 16],
        [63 * SEED_BLOCK, 7],
        [65 * SEED_BLOCK + 1, 16],
      ]) {
        for (const farthest of [false, true]) {
          const { blockCount, points, weights, distances, blockSums } = seeding(random, colorCount, flags, farthest)
          // Every colour is a seed, or has weight 0.
          const over = colorCount === 64
          samples.push({
            parameters: {
              blockCount,
              trials: farthest ? 1 : trials,
              seed: Math.floor(random() * 2 ** 32),
              restart: trials,
              round: colorCount,
              farthest: Number(farthest),
            },
            buffers: {
              points,
              weights,
              distances: over ? distances.fill(0) : distances,
              blockSums: over ? blockSums.fill(0) : blockSums,
              candidates: anything(random, 4 * trials),
              state: Uint32Array.of(over ? 1 : 0, 5),
            },
            workgroupSize: colorCount === 63 * SEED_BLOCK ? 4 : undefined,
          })
        }
      }
      return samples
    },
  }),
  samplesOf(tryColors, {
    agreement: 'exact',
    samples: (random, flags) =>
      [
        { colorCount: 1, firstBlock: 0, trials: 2 },
        { colorCount: 63, firstBlock: 0, trials: 3 },
        { colorCount: 13 * SEED_BLOCK, firstBlock: 0, trials: 5 },
        { colorCount: 1000, firstBlock: 3, trials: 16 },
        { colorCount: 1000, firstBlock: 1, trials: 7, workgroupSize: 4 },
      ].map(({ colorCount, firstBlock, trials, workgroupSize }) => {
        const { blockCount: allBlocks, points, weights, distances } = seeding(random, colorCount, flags, false)
        return {
          parameters: { colorCount, firstBlock, blockCount: allBlocks - firstBlock, allBlocks, trials },
          buffers: {
            points,
            weights,
            distances,
            candidates: randomCentroids(random, trials, { ALPHA: flags.ALPHA, OKLAB: false }),
            potentials: anything(random, 2 * allBlocks * trials),
          },
          workgroupSize,
        }
      }),
  }),
  samplesOf(chooseColor, {
    agreement: 'exact',
    samples: (random) =>
      [
        { blockCount: 1, trials: 1 },
        { blockCount: 15, trials: 2 },
        { blockCount: 16, trials: 16 },
        { blockCount: 17, trials: 7 },
        { blockCount: 200, trials: 16, workgroupSize: 3 },
        { blockCount: 5, trials: 4, drawn: 0 },
        { blockCount: 5, trials: 16, least: 0 },
      ].map(({ blockCount, trials, drawn = 1, least = 2 ** 23, workgroupSize }) => ({
        parameters: { blockCount, trials, seed: 3 },
        buffers: {
          // High and low words; with 0 alone all potentials are equal.
          potentials: integers(random, 2 * blockCount * trials, least && 2 ** 32).map((word, i) =>
            i % 2 ? word % (least || 1) : word,
          ),
          candidates: anything(random, 4 * trials),
          seeds: anything(random, 20),
          state: Uint32Array.of(drawn, 9),
        },
        workgroupSize,
      })),
  }),
  samplesOf(colorMoments, {
    agreement: 'exact',
    // Only sRGB coordinates are not packed.
    allows: ({ PACKED, OKLAB }) => PACKED || !OKLAB,
    samples: (random, flags) =>
      [
        { colorCount: 1, cellBits: 0, shift: 0, skipTransparent: 0 },
        { colorCount: 63, cellBits: 2, shift: 7, skipTransparent: 1 },
        { colorCount: 64, cellBits: 0, shift: 0, skipTransparent: 1 },
        { colorCount: 65, cellBits: 1, shift: 5, skipTransparent: 0 },
        { colorCount: 1000, cellBits: flags.ALPHA ? 2 : 3, shift: flags.OKLAB ? 5 : 7, skipTransparent: 0 },
        { colorCount: 300, cellBits: 2, shift: 5, skipTransparent: 1, workgroupSize: 4 },
      ].map(({ colorCount, workgroupSize, ...parameters }) => ({
        parameters: { colorCount, ...parameters },
        buffers: {
          points: pointsOf(distinctColors(random, colorCount, flags.ALPHA), flags),
          weights: randomWeights(random, colorCount),
          moments: new Uint32Array(2 * CELL_MOMENTS * countCells(parameters.cellBits, flags)),
        },
        workgroupSize,
      })),
  }),
]
