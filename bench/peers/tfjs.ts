import { type Peer, type Problem, provideNavigatorGpu } from './peer.js'

/** TensorFlow.js on WebGPU: the assignment as matrix product and arg-min of ‖c‖²/2 − x·c. */
export async function createTfjsPeer({ rows, columns, k, points, centroids }: Problem): Promise<Peer> {
  await provideNavigatorGpu()
  const tf = await import('@tensorflow/tfjs-core')
  await import('@tensorflow/tfjs-backend-webgpu')
  if (!(await tf.setBackend('webgpu'))) throw new Error('its webgpu backend did not start')
  const x = tf.tensor2d(points, [rows, columns])
  const c = tf.tensor2d(centroids, [k, columns])
  const assign = () =>
    tf.tidy(() => {
      const halfNorms = tf.mul(tf.sum(tf.square(c), 1), 0.5)
      return tf.argMin(tf.sub(halfNorms, tf.matMul(x, c, false, true)), 1)
    })
  return {
    does: 'assignment',
    async work() {
      const labels = assign()
      const data = await labels.data()
      labels.dispose()
      return data
    },
    release() {
      x.dispose()
      c.dispose()
    },
  }
}
