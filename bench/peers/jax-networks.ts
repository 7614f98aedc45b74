import { firstWeights, type NetworkPeer } from './networks.js'
import { provideNavigatorGpu } from './peer.js'

/** jax-js on WebGPU, everything in one `jit`, with plain gradient descent. */
export async function createJaxNetworks(): Promise<NetworkPeer> {
  await provideNavigatorGpu()
  const { blockUntilReady, init, defaultDevice, jit, nn, numpy: np, valueAndGrad } = await import('@jax-js/jax')
  if (!(await init('webgpu')).includes('webgpu')) throw new Error('its webgpu backend did not start')
  defaultDevice('webgpu')
  const matrix = (data: Float32Array<ArrayBuffer>, rows: number, columns: number) =>
    np.array(data).reshape([rows, columns])
  type NdArray = ReturnType<typeof matrix>
  return {
    optimizer: 'SGD',
    async product({ side, a, b }) {
      const [left, right] = [matrix(a, side, side), matrix(b, side, side)]
      const multiply = jit((x: NdArray, y: NdArray) => np.matmul(x, y))
      return {
        async work() {
          return (await multiply(left.ref, right.ref).data()) as Float32Array
        },
        release() {
          left.dispose()
          right.dispose()
        },
      }
    },
    async step({ units, batch, points, steps }) {
      const x = matrix(points, batch, units[0])
      let parameters: NdArray[] = units
        .slice(1)
        .flatMap((outputs, i) => [matrix(firstWeights(units[i], outputs), units[i], outputs), np.zeros([outputs])])
      const layerCount = units.length - 1
      const loss = (parameters: NdArray[], x: NdArray) => {
        let h = x.ref
        for (let i = 0; i < layerCount; i++) {
          h = np.matmul(h, parameters[2 * i]).add(parameters[2 * i + 1])
          if (i < layerCount - 1) h = nn.relu(h)
        }
        const difference = h.sub(x)
        return np.sum(difference.ref.mul(difference)).mul(1 / batch)
      }
      const update = jit((parameters: NdArray[], x: NdArray) => {
        const [value, gradients] = valueAndGrad(loss)(
          parameters.map((parameter) => parameter.ref),
          x,
        )
        const moved = parameters.map((parameter, i) => parameter.sub((gradients as NdArray[])[i].mul(1e-4)))
        return [value, ...moved]
      })
      return {
        async work() {
          let value: NdArray | null = null
          for (let step = 0; step < steps; step++) {
            value?.dispose()
            const [first, ...moved] = update(parameters, x.ref)
            value = first
            parameters = moved
          }
          await blockUntilReady(parameters)
          return (await value!.data()) as Float32Array
        },
        release() {
          x.dispose()
          for (const parameter of parameters) parameter.dispose()
        },
      }
    },
  }
}
