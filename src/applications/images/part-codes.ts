import type { Engine } from '../../engine/engine.js'
import { createAutoencoder } from '../../network/autoencoder.js'
import { conv2d, dense } from '../../network/layers/layers.js'
import { adam } from '../../network/training/optimizer.js'
import type { Matrix, Progress } from '../../types.js'
import { PART_SIDE, PARTS } from './image-parts.js'

/** Numbers in a code. */
const UNITS = 8
const FILTERS = 8
const BATCH = 64
const LEARNING_RATE = 0.005
/** Most parts to learn from, every n-th of more, and parts shown in all: few are shown again and again. */
const MOST_LEARNT = 16_384
const SHOWN = 8192

/**
 * What images look like by an auto-encoder: a convolutional one learns to reconstruct the parts of these images, and an image
 * becomes the means and deviations of the codes of its parts.
 *
 * @param parts those of each image, PARTS rows of PART_SIDE² numbers
 */
export async function encodeParts(
  engine: Engine,
  parts: readonly Float32Array[],
  { seed, signal, onProgress }: { seed: number; signal?: AbortSignal; onProgress?: (progress: Progress) => void },
): Promise<Matrix<Float32Array>> {
  const columns = PART_SIDE ** 2
  const all = { data: new Float32Array(parts.length * PARTS * columns), rows: parts.length * PARTS, columns }
  for (const [image, own] of parts.entries()) all.data.set(own, image * own.length)
  const learnt = everyNth(all, Math.ceil(all.rows / MOST_LEARNT))
  const network = await createAutoencoder(engine, {
    inputs: [PART_SIDE, PART_SIDE, 1],
    encoder: [conv2d(FILTERS, { size: 3, stride: 2, activation: 'relu' }), dense(UNITS)],
    seed,
  })
  try {
    await network.fit(learnt, {
      epochs: Math.ceil(SHOWN / learnt.rows),
      batchSize: BATCH,
      optimizer: adam({ learningRate: LEARNING_RATE }),
      schedule: 'cosine',
      signal,
      onProgress,
    })
    return poolCodes((await network.encode(all)).data, parts.length)
  } finally {
    network.destroy()
  }
}

/** Means and deviations of the codes of the parts of each image. */
function poolCodes(codes: Float32Array, images: number): Matrix<Float32Array> {
  const features = new Float32Array(images * 2 * UNITS)
  for (let image = 0; image < images; image++) {
    const own = codes.subarray(image * PARTS * UNITS, (image + 1) * PARTS * UNITS)
    for (let unit = 0; unit < UNITS; unit++) {
      let [sum, squares] = [0, 0]
      for (let at = unit; at < own.length; at += UNITS) {
        sum += own[at]
        squares += own[at] * own[at]
      }
      const mean = sum / PARTS
      features[2 * image * UNITS + unit] = mean
      features[(2 * image + 1) * UNITS + unit] = Math.sqrt(Math.max(0, squares / PARTS - mean * mean))
    }
  }
  return { data: features, rows: images, columns: 2 * UNITS }
}

function everyNth({ data, rows, columns }: Matrix<Float32Array>, step: number): Matrix<Float32Array> {
  if (step === 1) return { data, rows, columns }
  const count = Math.ceil(rows / step)
  const taken = new Float32Array(count * columns)
  for (let at = 0; at < count; at++) {
    taken.set(data.subarray(at * step * columns, (at * step + 1) * columns), at * columns)
  }
  return { data: taken, rows: count, columns }
}
