import { type Peer, type Problem, provideNavigatorGpu } from './peer.js'

/** jax-js on WebGPU: the assignment as matrix product and arg-min of ‖c‖²/2 − x·c, in one `jit`. */
export async function createJaxPeer({ rows, columns, k, points, centroids }: Problem): Promise<Peer> {
  await provideNavigatorGpu()
  const { init, defaultDevice, jit, numpy: np } = await import('@jax-js/jax')
  if (!(await init('webgpu')).includes('webgpu')) throw new Error('its webgpu backend did not start')
  defaultDevice('webgpu')
  const x = np.array(points).reshape([rows, columns])
  const c = np.array(centroids).reshape([k, columns])
  type NdArray = typeof x
  const assign = jit((x: NdArray, c: NdArray) => {
    const halfNorms = np.sum(c.ref.mul(c.ref), 1).mul(0.5)
    return np.argmin(halfNorms.sub(np.matmul(x, c.transpose())), 1)
  })
  return {
    does: 'assignment',
    async work() {
      return await assign(x.ref, c.ref).data()
    },
    release() {
      x.dispose()
      c.dispose()
    },
  }
}
