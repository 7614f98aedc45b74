import { firstWeights, type NetworkPeer } from './networks.js'
import { provideNavigatorGpu } from './peer.js'

/** TensorFlow.js on WebGPU, with its Adam. */
export async function createTfjsNetworks(): Promise<NetworkPeer> {
  await provideNavigatorGpu()
  const tf = await import('@tensorflow/tfjs-core')
  // Node's bundle of it comes without them.
  await import('@tensorflow/tfjs-core/dist/register_all_gradients.js')
  await import('@tensorflow/tfjs-backend-webgpu')
  if (!(await tf.setBackend('webgpu'))) throw new Error('its webgpu backend did not start')
  return {
    optimizer: 'Adam',
    async product({ side, a, b }) {
      const [left, right] = [tf.tensor2d(a, [side, side]), tf.tensor2d(b, [side, side])]
      return {
        async work() {
          const product = tf.matMul(left, right)
          const data = await product.data()
          product.dispose()
          return data as Float32Array
        },
        release() {
          left.dispose()
          right.dispose()
        },
      }
    },
    async step({ units, batch, points, steps }) {
      const x = tf.tensor2d(points, [batch, units[0]])
      const layers = units.slice(1).map((outputs, i) => ({
        weight: tf.variable(tf.tensor2d(firstWeights(units[i], outputs), [units[i], outputs])),
        bias: tf.variable(tf.zeros([outputs])),
      }))
      const optimizer = tf.train.adam(1e-3)
      const loss = () => {
        let h: ReturnType<typeof tf.add> = x
        for (const [i, { weight, bias }] of layers.entries()) {
          h = tf.add(tf.matMul(h as typeof x, weight as unknown as typeof x), bias)
          if (i < layers.length - 1) h = tf.relu(h)
        }
        return tf.mul(tf.sum(tf.square(tf.sub(h, x))), 1 / batch) as never
      }
      return {
        async work() {
          for (let step = 1; step < steps; step++) optimizer.minimize(loss)
          const last = optimizer.minimize(loss, true)!
          const data = await last.data()
          last.dispose()
          return data as Float32Array
        },
        release() {
          x.dispose()
          optimizer.dispose()
          for (const { weight, bias } of layers) {
            weight.dispose()
            bias.dispose()
          }
        },
      }
    },
  }
}
