import source from '../../../shaders/network/judge-epoch.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { Stopped, TrainingState } from './training-state.js'

const bits = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(4))

/** Writes an epoch's mean losses to the history and decides whether its parameters are kept and training goes on. */
export const judgeEpoch = /* @__PURE__ */ defineKernel({
  name: 'judge-epoch',
  sources: [source],
  parameters: {
    batches: 'u32',
    rows: 'u32',
    probeRows: 'u32',
    validationBatches: 'u32',
    validationRows: 'u32',
    entry: 'u32',
    patience: 'u32',
    firstRows: 'u32',
    usual: 'f32',
    growth: 'f32',
  },
  bindings: { losses: 'read vec2<f32>', history: 'read_write vec4<f32>', state: 'read_write u32' },
  words: { STATE: TrainingState, STOPPED: Stopped },
  flags: {},
  workgroupSize: 1,
  workgroups: () => 1,
  twin(parameters, { losses, history, state }) {
    const { batches, rows, probeRows, validationBatches, validationRows, entry, patience, firstRows } = parameters
    state[TrainingState.keep] = 0
    if (state[TrainingState.stopped]) return
    const mean = (first: number, count: number, points: number) =>
      [0, 1].map((part) => {
        let sum = 0
        for (let i = first; i < first + count; i++) sum += losses[2 * i + part]
        return Math.fround(sum / points)
      })
    const training = mean(0, batches, rows)
    const probed = mean(batches, 1, probeRows)
    const watched = validationBatches > 0 ? mean(batches + 1, validationBatches, validationRows) : training
    history.set([...training, ...watched], 4 * entry)
    const value = Math.fround(watched[0] + watched[1])
    if (state[TrainingState.epochs] === 0) {
      bits.setFloat32(0, losses[0] / firstRows)
      state[TrainingState.first] = bits.getUint32(0)
    }
    bits.setUint32(0, state[TrainingState.first])
    const most = parameters.growth * Math.max(bits.getFloat32(0), parameters.usual)
    const finite = [training, probed, watched].every(([loss, penalty]) => Number.isFinite(Math.fround(loss + penalty)))
    if (!finite || training[0] > most || probed[0] > most || state[TrainingState.damaged]) {
      state[TrainingState.stopped] = Stopped.diverged
      return
    }
    state[TrainingState.epochs]++
    bits.setUint32(0, state[TrainingState.best])
    if (patience === 0 || state[TrainingState.bestEpoch] === 0 || value < bits.getFloat32(0)) {
      bits.setFloat32(0, value)
      state[TrainingState.keep] = 1
      state[TrainingState.best] = bits.getUint32(0)
      state[TrainingState.bestEpoch] = state[TrainingState.epochs]
      state[TrainingState.waited] = 0
      return
    }
    state[TrainingState.waited]++
    if (state[TrainingState.waited] >= patience) state[TrainingState.stopped] = Stopped.patience
  },
})
