import { LloydError, requireRecord } from '../../engine/error.js'
import type { Matrix } from '../../types.js'
import type { Autoencoder } from '../autoencoder.js'
import { type Classifier, checkClassifier } from '../classifier.js'
import type { Activation, Conv2dLayer, ConvTranspose2dLayer } from '../layers/layers.js'
import { layOut, type PlacedLayer } from '../layers/layout.js'
import { borderBefore, type ImageShape, type Shape, sizeOf } from '../layers/shapes.js'
import { OnnxGraph } from './onnx-graph.js'

export type OnnxPart = 'encoder' | 'decoder' | 'whole'

const OPERATORS: {
  [activation in Activation]: [operator: string, attributes?: Record<string, number | { float: number }>] | null
} = {
  linear: null,
  relu: ['Relu'],
  'leaky-relu': ['LeakyRelu', { alpha: { float: 0.01 } }],
  sigmoid: ['Sigmoid'],
  tanh: ['Tanh'],
  softplus: ['Softplus'],
  // Units or channels: the second side of both layouts.
  softmax: ['Softmax', { axis: 1 }],
}

/** A tensor of the graph: batch × size with channels last, or, `planar`, batch × channels × height × width. */
interface Value {
  name: string
  shape: Shape
  planar: boolean
}

/**
 * An ONNX file (operator set 13) of an auto-encoder or a part of it. From `points` to `code` (its mean, if variational)
 * and from there to `reconstruction`, each a matrix with one row per point; images lie in rows with channels last.
 * Scaling of columns is part of the graph. For a classifier, from `points` to `probabilities`. The model's properties
 * are the network's metadata, with `lloyd.part`, `lloyd.architecture` and `lloyd.training`.
 *
 * @throws LloydError `InputError` for a part other than 'encoder', 'decoder' or 'whole', the only one of a classifier.
 */
export async function exportOnnx(
  trained: Autoencoder | Classifier,
  part: OnnxPart = 'whole',
): Promise<Uint8Array<ArrayBuffer>> {
  if (part !== 'encoder' && part !== 'decoder' && part !== 'whole') {
    throw new LloydError('InputError', `part must be 'encoder', 'decoder' or 'whole', got '${String(part)}'`)
  }
  requireRecord('trained', 'an auto-encoder or a classifier', trained, ['architecture', 'readParameters'])
  const classifies = 'predict' in trained
  if (classifies && part !== 'whole') {
    throw new LloydError('InputError', `a classifier has no ${part}; leave the part out`)
  }
  const architecture = classifies ? checkClassifier(trained.architecture) : trained.architecture
  const { encoder, decoder, features, units, outputs } = layOut(architecture)
  const { scaling } = trained
  const network = new NetworkGraph(await trained.readParameters())
  const { graph } = network
  const column = (name: 'mean' | 'factor') => graph.floats(`scaling.${name}`, [features], scaling![name])
  const points = { name: 'points', size: features }
  const code = { name: 'code', size: units }
  let { name } = part === 'decoder' ? code : points
  if (part !== 'decoder') {
    if (scaling) name = graph.add('Mul', [graph.add('Sub', [name, column('mean')]), column('factor')])
    name = network.addLayers(classifies ? 'layers' : 'encoder', encoder, name, architecture.variational ? units : null)
  }
  if (part !== 'encoder' && !classifies) {
    name = network.addLayers('decoder', decoder, name, null)
    if (scaling) name = graph.add('Add', [graph.add('Div', [name, column('factor')]), column('mean')])
  }
  graph.add('Identity', [name])
  const result = classifies ? 'probabilities' : 'reconstruction'
  const whole = { name: result, size: outputs }
  return graph.encode(
    `lloyd ${classifies ? 'classifier' : part}`,
    part === 'decoder' ? code : points,
    part === 'encoder' ? code : whole,
    describe(trained, part),
  )
}

/** Metadata of the network: as in a file of `save`, with the caller's own. */
function describe({ architecture, training, metadata }: Autoencoder | Classifier, part: OnnxPart) {
  return {
    'lloyd.part': part,
    'lloyd.architecture': JSON.stringify(architecture),
    ...(training && { 'lloyd.training': JSON.stringify(training) }),
    ...metadata,
  }
}

/** Converts layers to operators. ONNX has channels first; values are transposed if a layer needs it. */
class NetworkGraph {
  readonly graph = new OnnxGraph()

  constructor(private readonly parameters: Record<string, Matrix>) {}

  /** Number of outputs that the last layer keeps, unless null. */
  addLayers(part: string, layers: readonly PlacedLayer[], input: string, units: number | null): string {
    let value: Value = { name: input, shape: layers[0].inputs, planar: false }
    for (const [index, placed] of layers.entries()) {
      const kept = index === layers.length - 1 ? units : null
      value = this.#addLayer(`${part}.${index}`, placed, value, kept)
    }
    return this.#flat(value).name
  }

  #addLayer(name: string, { layer, inputs, outputs }: PlacedLayer, value: Value, kept: number | null): Value {
    switch (layer.type) {
      case 'dense': {
        const { data, rows, columns } = this.parameters[`${name}.weight`]
        const units = kept ?? columns
        const weight = data.filter((_, index) => index % columns < units)
        const product = this.graph.add('Gemm', [
          this.#flat(value).name,
          this.graph.floats(`${name}.weight`, [rows, units], weight),
          this.graph.floats(`${name}.bias`, [units], this.parameters[`${name}.bias`].data.slice(0, units)),
        ])
        return { name: this.#activate(product, layer.activation), shape: [units], planar: false }
      }
      case 'conv2d':
      case 'conv-transpose2d': {
        const convolved =
          layer.type === 'conv2d'
            ? this.#convolve(name, layer, inputs as ImageShape, outputs as ImageShape, value)
            : this.#convolveBack(name, layer, inputs as ImageShape, outputs as ImageShape, value)
        return { name: this.#activate(convolved, layer.activation), shape: outputs, planar: true }
      }
      case 'max-pool2d':
      case 'average-pool2d': {
        const sides = [layer.size, layer.size]
        const pooled = this.graph.add(
          layer.type === 'max-pool2d' ? 'MaxPool' : 'AveragePool',
          [this.#planar(value).name],
          {
            kernel_shape: sides,
            strides: sides,
            ceil_mode: 1,
          },
        )
        return { name: pooled, shape: outputs, planar: true }
      }
      case 'upsample2d': {
        const scales = this.graph.floats(`scales_${layer.size}`, [4], Float32Array.of(1, 1, layer.size, layer.size))
        const enlarged = this.graph.add('Resize', [this.#planar(value).name, '', scales], {
          mode: 'nearest',
          coordinate_transformation_mode: 'asymmetric',
          nearest_mode: 'floor',
        })
        const [height, width] = outputs as ImageShape
        const [begin, end, axes] = [
          [0, 0],
          [height, width],
          [2, 3],
        ].map((list) => this.graph.integers(...list))
        return { name: this.graph.add('Slice', [enlarged, begin, end, axes]), shape: outputs, planar: true }
      }
      case 'reshape':
        return { ...this.#flat(value), shape: outputs }
      case 'dropout':
        return value
    }
  }

  #convolve(name: string, layer: Conv2dLayer, inputs: ImageShape, outputs: ImageShape, value: Value): string {
    const { size, stride, filters } = layer
    const channels = inputs[2]
    const { data } = this.parameters[`${name}.weight`]
    const weight = arrange([filters, channels, size * size], (filter, channel, tap) => {
      return data[(tap * channels + channel) * filters + filter]
    })
    const before = [0, 1].map((side) => borderBefore(inputs[side], layer))
    const after = [0, 1].map((side) => {
      return Math.max(0, (outputs[side] - 1) * stride + size - inputs[side] - before[side])
    })
    return this.graph.add(
      'Conv',
      [
        this.#planar(value).name,
        this.graph.floats(`${name}.weight`, [filters, channels, size, size], weight),
        this.graph.floats(`${name}.bias`, [filters], this.parameters[`${name}.bias`].data),
      ],
      { kernel_shape: [size, size], strides: [stride, stride], pads: [...before, ...after] },
    )
  }

  #convolveBack(
    name: string,
    layer: ConvTranspose2dLayer,
    inputs: ImageShape,
    outputs: ImageShape,
    value: Value,
  ): string {
    const { size, stride, filters } = layer
    const channels = inputs[2]
    const { data } = this.parameters[`${name}.weight`]
    const weight = arrange([channels, filters, size * size], (channel, filter, tap) => {
      return data[(tap * filters + filter) * channels + channel]
    })
    const before = [0, 1].map((side) => borderBefore(outputs[side], layer))
    // Outputs of windows beyond the image are cut off; pixels that no window reaches are added.
    const excess = [0, 1].map((side) => (inputs[side] - 1) * stride + size - outputs[side] - before[side])
    return this.graph.add(
      'ConvTranspose',
      [
        this.#planar(value).name,
        this.graph.floats(`${name}.weight`, [channels, filters, size, size], weight),
        this.graph.floats(`${name}.bias`, [filters], this.parameters[`${name}.bias`].data),
      ],
      {
        kernel_shape: [size, size],
        strides: [stride, stride],
        pads: [...before, ...excess.map((pixels) => Math.max(0, pixels))],
        output_padding: excess.map((pixels) => Math.max(0, -pixels)),
      },
    )
  }

  #activate(name: string, activation: Activation): string {
    const operator = OPERATORS[activation]
    return operator ? this.graph.add(operator[0], [name], operator[1]) : name
  }

  #planar(value: Value): Value {
    if (value.planar) return value
    const image = this.graph.add('Reshape', [value.name, this.graph.integers(0, ...value.shape)])
    return { ...value, name: this.graph.add('Transpose', [image], { perm: [0, 3, 1, 2] }), planar: true }
  }

  #flat(value: Value): Value {
    if (!value.planar) return value
    const image = this.graph.add('Transpose', [value.name], { perm: [0, 2, 3, 1] })
    const flat = this.graph.add('Reshape', [image, this.graph.integers(0, sizeOf(value.shape))])
    return { ...value, name: flat, planar: false }
  }
}

/** The permutation of values with three sides, the last one fastest. */
function arrange(
  [first, second, third]: readonly [number, number, number],
  value: (i: number, j: number, k: number) => number,
): Float32Array {
  return Float32Array.from({ length: first * second * third }, (_, at) =>
    value(Math.floor(at / (second * third)), Math.floor(at / third) % second, at % third),
  )
}
