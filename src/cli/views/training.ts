import type { FitResult } from 'lloyd'
import { formatCount, formatQuantity } from '../numbers.js'

/** The course of a training in one line: epochs, losses of the first and the last, and why it ended. */
export function describeTraining({ epochs, loss, validation, stopped, bestEpoch }: FitResult): string {
  const losses = `loss ${short(loss[0])} → ${short(loss[epochs - 1])}`
  const validated =
    validation.length > 0 ? `, validation ${short(validation[0])} → ${short(validation[epochs - 1])}` : ''
  const end = stopped === 'patience' ? `, stopped: none was better than epoch ${formatCount(bestEpoch)}` : ''
  return `${formatQuantity(epochs, 'epoch')}, ${losses}${validated}${end}`
}

/** Four digits: enough to compare losses. */
export const short = (value: number) => String(Number(value.toPrecision(4)))
