import { pool } from '../../kernels/network/pool.js'
import { spread } from '../../kernels/network/spread.js'
import type { CompiledLayer, LayerWork } from './compiled-layer.js'
import type { PoolLayer, UpsampleLayer } from './layers.js'
import type { PlacedLayer } from './layout.js'
import type { ImageShape } from './shapes.js'

/** Pooling computes small images from large ones, and its gradient the reverse; upsampling is the other way round. */
export async function compilePoolingLayer(
  { executor, scope, rows }: LayerWork,
  layer: PoolLayer | UpsampleLayer,
  { inputs, outputs: made }: PlacedLayer,
): Promise<CompiledLayer> {
  const pooling = layer.type !== 'upsample2d'
  const [small, large] = (pooling ? [made, inputs] : [inputs, made]) as [ImageShape, ImageShape]
  const flags = { MAX: layer.type === 'max-pool2d', MEAN: layer.type === 'average-pool2d' }
  const [gather, scatter] = await Promise.all([executor.compile(pool, { flags }), executor.compile(spread, { flags })])
  const outputs = scope.allocate('autoencoder.outputs', 4 * rows * made.reduce((a, b) => a * b))
  const [smallHeight, smallWidth, channels] = small
  const [largeHeight, largeWidth] = large
  const shape = { smallHeight, smallWidth, largeHeight, largeWidth, channels, size: layer.size }
  const smallSize = smallHeight * smallWidth * channels
  const largeSize = largeHeight * largeWidth * channels
  return {
    outputs,
    async forward(images, { rows }) {
      if (pooling) executor.run(gather, { count: rows * smallSize, ...shape }, { large: images, small: outputs })
      else
        executor.run(
          scatter,
          { count: rows * largeSize, ...shape },
          { small: images, original: images, large: outputs },
        )
    },
    async backward(images, received, inputGradient, { rows }) {
      if (!inputGradient) return
      if (pooling) {
        const buffers = { small: received, original: images, large: inputGradient }
        executor.run(scatter, { count: rows * largeSize, ...shape }, buffers)
      } else {
        executor.run(gather, { count: rows * smallSize, ...shape }, { large: received, small: inputGradient })
      }
    },
  }
}
