import { BufferScope, type Executor } from '../../engine/engine.js'
import { chooseTile } from '../../engine/tuning.js'
import { ifWorthTuning } from '../../linear/tune.js'
import { Convolution } from './convolution.js'
import {
  CONVOLUTION_PARTS,
  type ConvolutionPart,
  type ConvolutionShape,
  type ConvolutionTile,
  candidateTiles,
  convolutionClass,
  convolutionTile,
} from './convolution-tiles.js'
import { sizeOf } from './shapes.js'

/** Number of multiply-adds of a timed run: some milliseconds on a software adapter. */
const RUN_WORK = 2 ** 25
const MAX_IMAGES = 256
const MAX_NUMBERS = 2 ** 22

/** Tunes the parts of a convolution, if that pays off for `count` of it, each of `rows` images. */
export async function tuneConvolution(
  executor: Executor,
  shape: ConvolutionShape,
  rows: number,
  count: number,
): Promise<void> {
  const work = workOf(shape)
  await ifWorthTuning(executor, work * rows * count, async () => {
    for (const part of CONVOLUTION_PARTS) await tunePart(executor, shape, part, work)
  })
}

/** Number of multiply-adds of one image. */
function workOf({ small, large, size }: ConvolutionShape): number {
  return sizeOf(small) * size ** 2 * large[2]
}

async function tunePart(executor: Executor, shape: ConvolutionShape, part: ConvolutionPart, work: number) {
  const key = convolutionClass(shape, part)
  if (executor.tuning.has(key)) return
  const { small, large, size } = shape
  const affordable = Math.min(RUN_WORK / work, MAX_NUMBERS / Math.max(sizeOf(small), sizeOf(large)))
  const rows = Math.max(1, Math.min(MAX_IMAGES, Math.floor(affordable)))
  const scope = new BufferScope(executor)
  try {
    const smallImages = scope.allocate('tuning.small', 4 * rows * sizeOf(small))
    const largeImages = scope.allocate('tuning.large', 4 * rows * sizeOf(large))
    const weights = scope.allocate('tuning.weights', 4 * size ** 2 * small[2] * large[2])
    const affine = { weights, weightOffset: 0, biasOffset: null, activation: 0 }
    await chooseTile(executor, key, candidateTiles(part), async (tile: ConvolutionTile) => {
      const tileOf = (other: ConvolutionPart) => (other === part ? tile : convolutionTile(executor, shape, other))
      const convolution = await Convolution.prepare(executor, scope, shape, rows, tileOf)
      return () => {
        if (part === 'forward') return convolution.forward(largeImages, smallImages, affine, rows)
        if (part === 'transposed') return convolution.transposed(smallImages, largeImages, affine, rows)
        return convolution.differentiate(smallImages, largeImages, { gradients: weights, offset: 0, bias: false }, rows)
      }
    })
  } finally {
    scope.release()
  }
}
