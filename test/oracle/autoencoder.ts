/**
 * Auto-encoders from the textbook, in float64: the outputs of a network for one point, its loss, and gradients by
 * central differences. Images have their channels last. Nothing is imported from `src`, and nothing is derived by hand,
 * so that agreement of gradients is significant.
 */

export interface OracleMatrix {
  data: ArrayLike<number>
  rows: number
  columns: number
}

export type OracleParameters = Record<string, OracleMatrix>

/** A layer as plain data; the fields that its type has. */
export interface OracleLayer {
  type: string
  units?: number
  filters?: number
  size?: number
  stride?: number
  padding?: string
  activation?: string
  output?: readonly number[] | null
  shape?: readonly number[]
}

export interface OracleNetwork {
  /** Columns, or [height, width, channels]. */
  inputs: number | readonly number[]
  encoder: readonly OracleLayer[]
  decoder: readonly OracleLayer[]
  loss: string
  sparsity?: number
  /** β, of a variational code: its encoder gives means and then logarithms of variances. */
  beta?: number
}

export interface OracleLoss {
  /** Losses are means over points. */
  loss: number
  penalty: number
}

interface Values {
  /** [units] or [height, width, channels]. */
  shape: readonly number[]
  data: Float64Array
}

export function activationOracle(name: string, z: Float64Array): Float64Array {
  if (name === 'softmax') {
    const most = Math.max(...z)
    const e = z.map((value) => Math.exp(value - most))
    const total = e.reduce((sum, value) => sum + value, 0)
    return e.map((value) => value / total)
  }
  const functions: Record<string, (z: number) => number> = {
    linear: (z) => z,
    relu: (z) => (z > 0 ? z : 0),
    'leaky-relu': (z) => (z > 0 ? z : 0.01 * z),
    sigmoid: (z) => 1 / (1 + Math.exp(-z)),
    tanh: Math.tanh,
    softplus: (z) => (z > 30 ? z : Math.log1p(Math.exp(z))),
  }
  return z.map(functions[name])
}

/** Padding before and after a side of a convolution that is padded to ⌈side / stride⌉ ('same'), and its result's side. */
function paddedSide(side: number, { size = 1, stride = 1, padding }: OracleLayer) {
  if (padding === 'valid') return { before: 0, side: Math.floor((side - size) / stride) + 1 }
  const result = Math.ceil(side / stride)
  return { before: Math.floor(Math.max(0, (result - 1) * stride + size - side) / 2), side: result }
}

/**
 * Calls `visit` for every product of a convolution: a pixel of the small image, the pixel of the large image under a
 * tap, and the tap.
 */
function forEachTap(
  large: readonly number[],
  layer: OracleLayer,
  visit: (smallPixel: number, largePixel: number, tap: number) => void,
): [number, number] {
  const { size = 1, stride = 1 } = layer
  const rows = paddedSide(large[0], layer)
  const columns = paddedSide(large[1], layer)
  for (let y = 0; y < rows.side; y++) {
    for (let x = 0; x < columns.side; x++) {
      for (let ky = 0; ky < size; ky++) {
        for (let kx = 0; kx < size; kx++) {
          const atY = y * stride + ky - rows.before
          const atX = x * stride + kx - columns.before
          if (atY < 0 || atX < 0 || atY >= large[0] || atX >= large[1]) continue
          visit(y * columns.side + x, atY * large[1] + atX, ky * size + kx)
        }
      }
    }
  }
  return [rows.side, columns.side]
}

/** Applies an activation; softmax to each pixel by itself. */
function activated({ shape, data }: Values, name: string): Values {
  const channels = shape[shape.length - 1]
  const result = new Float64Array(data.length)
  for (let first = 0; first < data.length; first += channels) {
    result.set(activationOracle(name, data.slice(first, first + channels)), first)
  }
  return { shape, data: result }
}

/** The outputs of a layer for `values`, without dropout. */
export function layerOracle(layer: OracleLayer, values: Values, weight?: OracleMatrix, bias?: OracleMatrix): Values {
  const { shape, data } = values
  const { size = 1, activation = 'linear' } = layer
  switch (layer.type) {
    case 'dropout':
      return values
    case 'reshape':
      return { shape: layer.shape!, data }
    case 'dense': {
      const sums = Float64Array.from(bias!.data)
      for (let unit = 0; unit < sums.length; unit++) {
        for (let i = 0; i < data.length; i++) sums[unit] += data[i] * weight!.data[i * sums.length + unit]
      }
      return activated({ shape: [sums.length], data: sums }, activation)
    }
    case 'conv2d': {
      const [channels, filters] = [shape[2], layer.filters!]
      const [height, width] = forEachTap(shape, layer, () => {})
      const sums = new Float64Array(height * width * filters).map((_, i) => bias!.data[i % filters])
      forEachTap(shape, layer, (small, large, tap) => {
        for (let c = 0; c < channels; c++) {
          for (let f = 0; f < filters; f++) {
            sums[small * filters + f] += data[large * channels + c] * weight!.data[(tap * channels + c) * filters + f]
          }
        }
      })
      return activated({ shape: [height, width, filters], data: sums }, activation)
    }
    case 'conv-transpose2d': {
      const [channels, filters] = [shape[2], layer.filters!]
      const grown = (side: number) =>
        layer.padding === 'valid' ? (side - 1) * layer.stride! + size : side * layer.stride!
      const output = layer.output ?? [grown(shape[0]), grown(shape[1])]
      const sums = new Float64Array(output[0] * output[1] * filters).map((_, i) => bias!.data[i % filters])
      forEachTap(output, layer, (small, large, tap) => {
        for (let c = 0; c < channels; c++) {
          for (let f = 0; f < filters; f++) {
            sums[large * filters + f] += data[small * channels + c] * weight!.data[(tap * filters + f) * channels + c]
          }
        }
      })
      return activated({ shape: [...output, filters], data: sums }, activation)
    }
    case 'max-pool2d':
    case 'average-pool2d': {
      const [height, width] = [Math.ceil(shape[0] / size), Math.ceil(shape[1] / size)]
      const result = new Float64Array(height * width * shape[2])
      for (let i = 0; i < result.length; i++) {
        const channel = i % shape[2]
        const pixel = Math.floor(i / shape[2])
        const window: number[] = []
        for (
          let y = Math.floor(pixel / width) * size;
          y < Math.min(shape[0], (Math.floor(pixel / width) + 1) * size);
          y++
        )
          for (let x = (pixel % width) * size; x < Math.min(shape[1], ((pixel % width) + 1) * size); x++)
            window.push(data[(y * shape[1] + x) * shape[2] + channel])
        result[i] =
          layer.type === 'max-pool2d'
            ? Math.max(...window)
            : window.reduce((sum, value) => sum + value, 0) / window.length
      }
      return { shape: [height, width, shape[2]], data: result }
    }
    case 'upsample2d': {
      const output = layer.output ?? [shape[0] * size, shape[1] * size]
      const result = new Float64Array(output[0] * output[1] * shape[2])
      for (let i = 0; i < result.length; i++) {
        const pixel = Math.floor(i / shape[2])
        const y = Math.floor(Math.floor(pixel / output[1]) / size)
        const x = Math.floor((pixel % output[1]) / size)
        result[i] = data[(y * shape[1] + x) * shape[2] + (i % shape[2])]
      }
      return { shape: [...output, shape[2]], data: result }
    }
    default:
      throw new Error(`no such layer: ${layer.type}`)
  }
}

function runLayers(layers: readonly OracleLayer[], part: string, values: Values, parameters: OracleParameters): Values {
  return layers.reduce(
    (given, layer, i) => layerOracle(layer, given, parameters[`${part}.${i}.weight`], parameters[`${part}.${i}.bias`]),
    values,
  )
}

/** The code of a point and its penalty; `epsilon` draws a variational one. */
export function encodeOracle(
  network: OracleNetwork,
  parameters: OracleParameters,
  point: ArrayLike<number>,
  epsilon?: ArrayLike<number>,
): { code: Values; penalty: number } {
  const shape = typeof network.inputs === 'number' ? [network.inputs] : network.inputs
  const encoded = runLayers(network.encoder, 'encoder', { shape, data: Float64Array.from(point) }, parameters)
  if (network.beta === undefined) {
    const sum = encoded.data.reduce((total, value) => total + Math.abs(value), 0)
    return { code: encoded, penalty: (network.sparsity ?? 0) * sum }
  }
  const units = encoded.data.length / 2
  const mean = encoded.data.slice(0, units)
  const logVariance = encoded.data.slice(units)
  const data = mean.map((value, i) => value + Math.exp(logVariance[i] / 2) * (epsilon?.[i] ?? 0))
  return { code: { shape: [units], data }, penalty: network.beta * klOracle(mean, logVariance.map(Math.exp)) }
}

/** KL(N(mean, diag variance) ‖ N(0, I)). */
export function klOracle(mean: ArrayLike<number>, variance: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < mean.length; i++) sum += (mean[i] ** 2 + variance[i] - 1 - Math.log(variance[i])) / 2
  return sum
}

export function decodeOracle(network: OracleNetwork, parameters: OracleParameters, code: Values): Float64Array {
  return runLayers(network.decoder, 'decoder', code, parameters).data
}

/** Mean loss over points, each summed over its targets (by default its features), including the penalty. */
export function lossOracle(
  network: OracleNetwork,
  parameters: OracleParameters,
  points: readonly ArrayLike<number>[],
  epsilon?: readonly ArrayLike<number>[],
  targets = points,
): OracleLoss {
  let loss = 0
  let penalties = 0
  for (const [row, point] of points.entries()) {
    const { code, penalty } = encodeOracle(network, parameters, point, epsilon?.[row])
    const outputs = decodeOracle(network, parameters, code)
    for (const [i, output] of outputs.entries()) {
      const wanted = targets[row][i]
      if (network.loss === 'squared-error') loss += (output - wanted) ** 2
      else loss -= wanted * Math.log(output)
      if (network.loss === 'binary-cross-entropy') loss -= (1 - wanted) * Math.log(1 - output)
    }
    loss += penalty
    penalties += penalty
  }
  return { loss: loss / points.length, penalty: penalties / points.length }
}

/** The gradient of the loss with respect to every parameter, by central differences. */
export function gradientOracle(
  network: OracleNetwork,
  parameters: OracleParameters,
  points: readonly ArrayLike<number>[],
  epsilon?: readonly ArrayLike<number>[],
  targets = points,
): Record<string, Float64Array> {
  const step = 2 ** -18
  const moved = Object.fromEntries(
    Object.entries(parameters).map(([name, { data, rows, columns }]) => [
      name,
      { data: Float64Array.from(data), rows, columns },
    ]),
  )
  const result: Record<string, Float64Array> = {}
  for (const [name, { data }] of Object.entries(moved)) {
    result[name] = data.map((_, i) => {
      const own = data[i]
      data[i] = own + step
      const above = lossOracle(network, moved, points, epsilon, targets).loss
      data[i] = own - step
      const below = lossOracle(network, moved, points, epsilon, targets).loss
      data[i] = own
      return (above - below) / (2 * step)
    })
  }
  return result
}
