import { BufferScope, type Executor } from '../engine/engine.js'
import type { EngineBuffer } from '../engine/kernel.js'
import { type CodeStage, codeStage } from './layers/code-stage.js'
import { convolutionStage, transposedConvolutionStage } from './layers/convolution-stage.js'
import { denseStage } from './layers/dense-stage.js'
import { dropoutStage } from './layers/dropout-stage.js'
import type { Activation, Layer } from './layers/layers.js'
import { type Architecture, finalActivation, type Layout, type PlacedLayer } from './layers/layout.js'
import { type LossStage, prepareLoss, Summation } from './layers/loss.js'
import { poolingStage } from './layers/pooling-stage.js'
import { sizeOf } from './layers/shapes.js'
import type { ParameterBuffers, Pass, Stage, StageWork } from './layers/stage.js'

/** What a network is made for; a model is one. */
export interface NetworkPlan {
  executor: Executor
  architecture: Architecture
  layout: Layout
}

/** A batch of points, and what the network is to make of them. */
interface Batch {
  inputs: EngineBuffer
  targets: EngineBuffer
}

/** Where a batch's loss is left: at 2 · index, and its penalty behind. */
interface LossPlace {
  losses: EngineBuffer
  index: number
}

/** An auto-encoder's layers with the buffers for batches of up to `rows` points. */
export class Network {
  private constructor(
    private readonly scope: BufferScope,
    readonly rows: number,
    readonly encoder: readonly Stage[],
    readonly code: CodeStage,
    readonly decoder: readonly Stage[],
  ) {}

  /** The last layer gives `lastActivation`. */
  static async create(
    { executor, architecture, layout }: NetworkPlan,
    parameters: ParameterBuffers,
    rows: number,
    lastActivation: Activation = finalActivation(lastLayers(architecture)),
  ): Promise<Network> {
    const scope = new BufferScope(executor)
    try {
      const work = { executor, scope, parameters, rows }
      const build = (placed: readonly PlacedLayer[], last?: Activation) => buildStages(work, placed, last)
      const classifies = layout.decoder.length === 0
      const encoder = await build(layout.encoder, classifies ? lastActivation : undefined)
      const code = await codeStage(work, architecture, encoder.at(-1)!.outputs, layout.units)
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

/** The layers that the last one is among. */
function lastLayers({ encoder, decoder }: Architecture): readonly Layer[] {
  return decoder.length > 0 ? decoder : encoder
}

/** The stages of layers; a layer that only changes the shape has none. The last one gets the activation `last`. */
async function buildStages(work: StageWork, layers: readonly PlacedLayer[], last?: Activation): Promise<Stage[]> {
  const computing = layers.filter(({ layer }) => layer.type !== 'reshape')
  const stages: Stage[] = []
  for (const [at, placed] of computing.entries()) {
    const changed = last !== undefined && at === computing.length - 1
    const layer = changed && 'activation' in placed.layer ? { ...placed.layer, activation: last } : placed.layer
    stages.push(await buildStage(work, layer, placed))
  }
  return stages
}

function buildStage(work: StageWork, layer: Layer, placed: PlacedLayer): Promise<Stage> {
  switch (layer.type) {
    case 'dense':
      return denseStage(work, layer, placed)
    case 'conv2d':
      return convolutionStage(work, layer, placed)
    case 'conv-transpose2d':
      return transposedConvolutionStage(work, layer, placed)
    case 'max-pool2d':
    case 'average-pool2d':
    case 'upsample2d':
      return poolingStage(work, layer, placed)
    case 'dropout':
      return dropoutStage(work, layer, placed)
    case 'reshape':
      throw new Error('a reshape has no stage')
  }
}

async function forward(stages: readonly Stage[], inputs: EngineBuffer, pass: Pass): Promise<void> {
  let values = inputs
  for (const stage of stages) {
    await stage.forward(values, pass)
    values = stage.outputs
  }
}

/** A network with its loss: what training and validation run. */
export class Objective {
  private constructor(
    private readonly scope: BufferScope,
    readonly network: Network,
    readonly loss: LossStage,
    private readonly sum: Summation,
    /** Two that take turns, as large as the largest layer. */
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
    // The cross-entropies take what goes into the last activation, which loses nothing where that saturates.
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

  /** Runs points through the network and leaves the sums of their losses and penalties at 2 · index. */
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

  /** As `measure`; and the gradients of `scale` times the summed loss with respect to all parameters. */
  async differentiate(batch: Batch, pass: Pass, place: LossPlace, scale: number): Promise<void> {
    const { network } = this
    const { inputs } = batch
    let [gradient, other] = this.gradients!
    await this.measure(batch, pass, place, { buffer: gradient, scale })
    const back = async (stages: readonly Stage[], first: EngineBuffer, needed: boolean) => {
      for (let at = stages.length - 1; at >= 0; at--) {
        const values = at > 0 ? stages[at - 1].outputs : first
        await stages[at].backward(values, gradient, at > 0 || needed ? other : null, pass)
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
