import { BufferScope, type Executor } from '../engine/engine.js'
import type { EngineBuffer } from '../engine/kernel.js'
import { type CompiledCode, compileCode } from './layers/code-layer.js'
import type { CompiledLayer, LayerWork, ParameterBuffers, Pass } from './layers/compiled-layer.js'
import { compileConvolutionLayer, compileTransposedConvolutionLayer } from './layers/convolution-layer.js'
import { compileDenseLayer } from './layers/dense-layer.js'
import { compileDropoutLayer } from './layers/dropout-layer.js'
import type { Activation, Layer } from './layers/layers.js'
import { type Architecture, finalActivation, type Layout, type PlacedLayer } from './layers/layout.js'
import { type CompiledLoss, prepareLoss, Summation } from './layers/loss.js'
import { compilePoolingLayer } from './layers/pooling-layer.js'
import { sizeOf } from './layers/shapes.js'

/** The executor, architecture and layout of a network; a model is one. */
export interface NetworkPlan {
  executor: Executor
  architecture: Architecture
  layout: Layout
}

/** A batch of points, and the targets of the network for them. */
interface Batch {
  inputs: EngineBuffer
  targets: EngineBuffer
}

/** The place of a batch's loss, at 2 · index, followed by its penalty. */
interface LossPlace {
  losses: EngineBuffer
  index: number
}

/** An auto-encoder's layers with the buffers for batches of up to `rows` points. */
export class Network {
  private constructor(
    private readonly scope: BufferScope,
    readonly rows: number,
    readonly encoder: readonly CompiledLayer[],
    readonly code: CompiledCode,
    readonly decoder: readonly CompiledLayer[],
  ) {}

  /** The network's last layer has the activation `lastActivation`. */
  static async create(
    { executor, architecture, layout }: NetworkPlan,
    parameters: ParameterBuffers,
    rows: number,
    lastActivation: Activation = finalActivation(lastLayers(architecture)),
  ): Promise<Network> {
    const scope = new BufferScope(executor)
    try {
      const work = { executor, scope, parameters, rows }
      const build = (placed: readonly PlacedLayer[], last?: Activation) => compileLayers(work, placed, last)
      const classifies = layout.decoder.length === 0
      const encoder = await build(layout.encoder, classifies ? lastActivation : undefined)
      const code = await compileCode(work, architecture, encoder.at(-1)!.outputs, layout.units)
      const decoder = classifies ? [] : await build(layout.decoder, lastActivation)
      return new Network(scope, rows, encoder, code, decoder)
    } catch (error) {
      scope.release()
      throw error
    }
  }

  get outputs(): EngineBuffer {
    return this.decoder.at(-1)?.outputs ?? this.code.code
  }

  async encode(inputs: EngineBuffer, pass: Pass): Promise<void> {
    await forward(this.encoder, inputs, pass)
    this.code.forward(pass)
  }

  async decode(code: EngineBuffer, pass: Pass): Promise<void> {
    await forward(this.decoder, code, pass)
  }

  release(): void {
    this.scope.release()
  }
}

/** The layers that contain the last one. */
function lastLayers({ encoder, decoder }: Architecture): readonly Layer[] {
  return decoder.length > 0 ? decoder : encoder
}

/** Compiles layers, except those that only change the shape. The last one gets the activation `last`. */
async function compileLayers(
  work: LayerWork,
  layers: readonly PlacedLayer[],
  last?: Activation,
): Promise<CompiledLayer[]> {
  const computing = layers.filter(({ layer }) => layer.type !== 'reshape')
  const compiled: CompiledLayer[] = []
  for (const [at, placed] of computing.entries()) {
    const changed = last !== undefined && at === computing.length - 1
    const layer = changed && 'activation' in placed.layer ? { ...placed.layer, activation: last } : placed.layer
    compiled.push(await compileLayer(work, layer, placed))
  }
  return compiled
}

function compileLayer(work: LayerWork, layer: Layer, placed: PlacedLayer): Promise<CompiledLayer> {
  switch (layer.type) {
    case 'dense':
      return compileDenseLayer(work, layer, placed)
    case 'conv2d':
      return compileConvolutionLayer(work, layer, placed)
    case 'conv-transpose2d':
      return compileTransposedConvolutionLayer(work, layer, placed)
    case 'max-pool2d':
    case 'average-pool2d':
    case 'upsample2d':
      return compilePoolingLayer(work, layer, placed)
    case 'dropout':
      return compileDropoutLayer(work, layer, placed)
    case 'reshape':
      throw new Error('a reshape has no kernel')
  }
}

async function forward(layers: readonly CompiledLayer[], inputs: EngineBuffer, pass: Pass): Promise<void> {
  let values = inputs
  for (const layer of layers) {
    await layer.forward(values, pass)
    values = layer.outputs
  }
}

/** A network with its loss, for training and validation. */
export class Objective {
  private constructor(
    private readonly scope: BufferScope,
    readonly network: Network,
    readonly loss: CompiledLoss,
    private readonly sum: Summation,
    /** Two alternating buffers of the size of the largest layer. */
    private readonly gradients: readonly [EngineBuffer, EngineBuffer] | null,
  ) {}

  /** `training` allocates what `differentiate` needs. */
  static async create(
    plan: NetworkPlan,
    parameters: ParameterBuffers,
    rows: number,
    training: boolean,
  ): Promise<Objective> {
    const { executor, architecture, layout } = plan
    // The cross-entropies take the inputs of the last activation, which stay exact when it saturates.
    const last = architecture.loss === 'squared-error' ? finalActivation(lastLayers(architecture)) : 'linear'
    const network = await Network.create(plan, parameters, rows, last)
    const scope = new BufferScope(executor)
    try {
      const loss = await prepareLoss(executor, scope, architecture, layout, rows)
      const sum = await Summation.create(executor, scope)
      const widest = Math.max(...[...layout.encoder, ...layout.decoder].map(({ outputs }) => sizeOf(outputs)))
      const allocate = () => scope.allocate('autoencoder.gradient', 4 * rows * widest)
      return new Objective(scope, network, loss, sum, training ? [allocate(), allocate()] : null)
    } catch (error) {
      network.release()
      scope.release()
      throw error
    }
  }

  /** Runs points through the network and writes the sums of their losses and penalties at 2 · index. */
  async measure(
    { inputs, targets }: Batch,
    pass: Pass,
    { losses, index }: LossPlace,
    gradient: { buffer: EngineBuffer; scale: number } | null = null,
  ): Promise<void> {
    const { network, loss, sum } = this
    const { rows } = pass
    await network.encode(inputs, pass)
    await network.decode(network.code.code, pass)
    loss.run(network.outputs, targets, rows, gradient?.buffer ?? null, gradient?.scale)
    sum.run(loss.parts, rows * loss.lanes, losses, 2 * index)
    if (network.code.penalties) sum.run(network.code.penalties, rows, losses, 2 * index + 1)
  }

  /** Like `measure`, with the gradients of `scale` times the summed loss with respect to all parameters. */
  async differentiate(batch: Batch, pass: Pass, place: LossPlace, scale: number): Promise<void> {
    const { network } = this
    const { inputs } = batch
    let [gradient, other] = this.gradients!
    await this.measure(batch, pass, place, { buffer: gradient, scale })
    const back = async (layers: readonly CompiledLayer[], first: EngineBuffer, needed: boolean) => {
      for (let at = layers.length - 1; at >= 0; at--) {
        const values = at > 0 ? layers[at - 1].outputs : first
        await layers[at].backward(values, gradient, at > 0 || needed ? other : null, pass)
        ;[gradient, other] = [other, gradient]
      }
    }
    await back(network.decoder, network.code.code, true)
    const encoded = network.code.backward(gradient, other, scale, pass)
    if (encoded === other) [gradient, other] = [other, gradient]
    await back(network.encoder, inputs, false)
  }

  release(): void {
    this.network.release()
    this.scope.release()
  }
}
