import { BufferScope } from '../../engine/engine.js'
import { LloydError, requireNumber } from '../../engine/error.js'
import { placer } from '../../kernels/network/shuffle-rows.js'
import { Stopped, TrainingState } from '../../kernels/network/training-state.js'
import { randomBits } from '../../kernels/shared/random.js'
import type { Epoch, FitResult } from './fit-options.js'
import { HISTORY, prepareTraining, type TrainingParts, type TrainingTask } from './training-parts.js'

/** The host reads the losses this often, so that no epoch waits for it. */
const READ_MS = 200
/** Number of points by which weights are checked at the end of an epoch: excessive weights show in all points. */
const PROBE_ROWS = 32

/** A training run: its state on the device, and the loop over epochs. */
export class Training {
  readonly #scope: BufferScope
  #step = 0
  /** Factors of the schedule for each epoch. */
  readonly #factors: number[] = []
  /** Whether the weights have changed since the run began. */
  moved = false

  private constructor(
    scope: BufferScope,
    private readonly task: TrainingTask,
    private readonly parts: TrainingParts,
  ) {
    this.#scope = scope
  }

  static async create(task: TrainingTask): Promise<Training> {
    const scope = new BufferScope(task.model.executor)
    try {
      return new Training(scope, task, await prepareTraining(scope, task))
    } catch (error) {
      scope.release()
      throw error
    }
  }

  async run(): Promise<FitResult> {
    const { epochs, signal, onEpoch, onProgress, patience } = this.task.settings
    const { executor, weights } = this.task.model
    const { state, kept } = this.parts
    executor.copy(weights, kept, 0)
    const history: Epoch[] = []
    let stopped = 0
    let read = performance.now()
    for (let epoch = 0; epoch < epochs && stopped === 0; epoch++) {
      await this.#runEpoch(epoch)
      const unread = epoch + 1 - history.length
      if (epoch + 1 < epochs && unread < HISTORY && performance.now() - read < READ_MS) continue
      const words = new Uint32Array(await executor.read(state))
      stopped = words[TrainingState.stopped]
      const finished = words[TrainingState.epochs]
      for (const entry of await this.#readHistory(history.length, finished)) {
        signal?.throwIfAborted()
        history.push(entry)
        onEpoch?.(entry)
        onProgress?.({ stage: 'train', done: history.length, total: epochs })
      }
      read = performance.now()
    }
    if (stopped === Stopped.diverged || patience > 0) executor.copy(kept, weights, 0)
    const [best] = new Uint32Array(await executor.read(state, 4 * TrainingState.bestEpoch, 4))
    if (stopped === Stopped.diverged) {
      this.moved = best > 0
      throw diverged(history.length + 1, best, this.task.settings.optimizer.learningRate, this.#factors[history.length])
    }
    return {
      loss: history.map(({ loss }) => loss),
      penalty: history.map(({ penalty }) => penalty),
      validation: history.map(({ validation }) => validation).filter((value) => value !== null),
      heldOut: this.#heldOutRows(),
      epochs: history.length,
      bestEpoch: patience > 0 ? best : history.length,
      stopped: stopped === Stopped.patience ? 'patience' : 'epochs',
    }
  }

  /** Queues an epoch: its training steps, its validation, and the decision on both. */
  async #runEpoch(epoch: number): Promise<void> {
    const { epochs, batchSize, patience, seed, schedule, signal, heldOut } = this.task.settings
    const { executor, weights, layout } = this.task.model
    const { batches, objective, losses, optimizer, judge, keep, kept, state, history, bounds } = this.parts
    const { targets } = batches
    const clean = { inputs: batches.clean, targets }
    const factor = requireNumber(`schedule(${epoch}, ${epochs})`, schedule(epoch, epochs), 0)
    this.#factors.push(factor)
    const splitKey = splitKeyOf(seed)
    const unseen = { training: false, drawn: true, seed: randomBits(seed, 0, 0) }
    const { set } = this.task.examples
    let index = 0
    let chunkIndex = 0
    let probeRows = 0
    for await (const { points, rows: total } of set.pass()) {
      const splitFirst = heldOut(total)
      const count = total - splitFirst
      const labels = this.task.examples.labels?.[chunkIndex]
      batches.shuffle({ count, total, key: randomBits(seed, epoch, 2 + chunkIndex++), splitKey, splitFirst })
      for (let first = 0; first < count; first += batchSize) {
        signal?.throwIfAborted()
        const rows = Math.min(batchSize, count - first)
        const pass = { rows, training: true, drawn: true, step: this.#step++, seed }
        batches.take(points, first, rows, true, pass)
        if (labels) batches.takeLabels(labels, first, rows, true)
        await objective.differentiate({ inputs: batches.noisy, targets }, pass, { losses, index: index++ }, 1 / rows)
        optimizer.step(this.#step, factor)
        this.moved = true
      }
      if (chunkIndex < set.chunkRows.length) continue
      probeRows = Math.min(count, batchSize, PROBE_ROWS)
      batches.take(points, 0, probeRows, true)
      if (labels) batches.takeLabels(labels, 0, probeRows, true)
      const pass = { ...unseen, rows: probeRows, step: index }
      await objective.measure(clean, pass, { losses, index })
    }
    const trainingBatches = index++
    for await (const { points, labels, first, count, ordered } of this.#validationParts(splitKey)) {
      signal?.throwIfAborted()
      batches.take(points, first, count, ordered)
      if (labels) batches.takeLabels(labels, first, count, ordered)
      // The same counter in every epoch, so that variational codes are drawn alike and losses are comparable.
      const pass = { ...unseen, rows: count, step: index }
      await objective.measure(clean, pass, { losses, index: index++ })
    }
    const { trainingRows, validationRows, firstRows } = this.parts
    const { usual, growth } = bounds
    const trained = { batches: trainingBatches, rows: trainingRows, probeRows, firstRows, usual, growth }
    const validated = { validationBatches: index - trainingBatches - 1, validationRows, patience }
    executor.run(judge, { ...trained, ...validated, entry: epoch % HISTORY }, { losses, history, state })
    executor.run(keep, { count: layout.parameterCount }, { weights, state, kept })
  }

  /** The batches of validation: rows held out of each chunk, or separate points. */
  async *#validationParts(splitKey: number) {
    const { batchSize, heldOut } = this.task.settings
    const { batches } = this.parts
    const { set, labels } = this.task.validation ?? this.task.examples
    let chunkIndex = 0
    for await (const { points, rows } of set.pass()) {
      const chunkLabels = labels?.[chunkIndex++]
      const count = this.task.validation ? rows : heldOut(rows)
      if (!this.task.validation) batches.shuffle({ count, total: rows, key: 0, splitKey, splitFirst: 0 })
      for (let first = 0; first < count; first += batchSize) {
        const taken = Math.min(batchSize, count - first)
        yield { points, labels: chunkLabels, first, count: taken, ordered: !this.task.validation }
      }
      if (count === 0) return
    }
  }

  /** The rows of each chunk that its order leaves out. */
  #heldOutRows(): Uint32Array<ArrayBuffer> {
    const { heldOut, seed } = this.task.settings
    let first = 0
    const rows = this.task.examples.set.chunkRows.flatMap((total) => {
      const place = placer(total, splitKeyOf(seed))
      first += total
      return Array.from({ length: heldOut(total) }, (_, i) => first - total + place(i))
    })
    return Uint32Array.from(rows).sort()
  }

  async #readHistory(from: number, to: number): Promise<Epoch[]> {
    const { executor } = this.task.model
    const { history, validationRows } = this.parts
    const values = new Float32Array(await executor.read(history))
    return Array.from({ length: to - from }, (_, i) => {
      const at = 4 * ((from + i) % HISTORY)
      return {
        epoch: from + i + 1,
        loss: values[at] + values[at + 1],
        penalty: values[at + 1],
        validation: validationRows > 0 ? values[at + 2] + values[at + 3] : null,
      }
    })
  }

  release(): void {
    this.parts.objective.release()
    this.#scope.release()
  }
}

/** Key of the order whose first rows are held out. */
const splitKeyOf = (seed: number) => randomBits(seed, 0, 1)

function diverged(epoch: number, kept: number, learningRate: number, factor: number): LloydError {
  const rate = Number((learningRate * factor).toPrecision(6))
  const scheduled = factor === 1 ? '' : ` (${learningRate} times ${factor} by the schedule)`
  return new LloydError(
    'DivergenceError',
    `training diverged in epoch ${epoch}: the loss or a weight grew out of bounds at learningRate ${rate}${scheduled}; the ` +
      `weights are as they were ${kept === 0 ? 'before training' : `after epoch ${kept}`}; use a smaller learningRate, ` +
      'clipNorm or standardize',
  )
}
