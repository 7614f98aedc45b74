import { type Matrix, standardize } from 'lloyd'
import type { Labelled } from './data'

const ITERATIONS = 300
const RATE = 0.5
const MOMENTUM = 0.9
/** Of the squared weights, so that few examples are not learned by heart. */
const DECAY = 1e-3

/**
 * Trains one layer with softmax on labelled points, by the gradient of its cross-entropy, and returns the share of others
 * that it puts into their class. Columns are scaled as those of the training points.
 */
export function classificationAccuracy(train: Labelled, heldOut: Labelled, classCount: number): number {
  const { points, mean, scale } = standardize(train.points)
  const weights = trainWeights(points, train.classes, classCount)
  const scaled = heldOut.points.data.map((value, at) => {
    const column = at % points.columns
    return (value - mean[column]) / scale[column]
  })
  const scores = new Float64Array(classCount)
  let right = 0
  for (let row = 0; row < heldOut.points.rows; row++) {
    score(scaled, row, points.columns, weights, scores)
    right += scores.indexOf(Math.max(...scores)) === heldOut.classes[row] ? 1 : 0
  }
  return right / heldOut.points.rows
}

/** A row of weights, and a bias behind them, for each class. */
function trainWeights({ data, rows, columns }: Matrix, classes: Uint32Array, classCount: number): Float64Array {
  const width = columns + 1
  const weights = new Float64Array(classCount * width)
  const velocity = new Float64Array(weights.length)
  const scores = new Float64Array(classCount)
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const gradient = weights.map((weight) => DECAY * weight)
    for (let row = 0; row < rows; row++) {
      score(data, row, columns, weights, scores)
      const highest = Math.max(...scores)
      const powers = scores.map((value) => Math.exp(value - highest))
      const total = powers.reduce((sum, value) => sum + value, 0)
      for (let kind = 0; kind < classCount; kind++) {
        const slope = (powers[kind] / total - (classes[row] === kind ? 1 : 0)) / rows
        for (let column = 0; column < columns; column++) {
          gradient[kind * width + column] += slope * data[row * columns + column]
        }
        gradient[kind * width + columns] += slope
      }
    }
    for (let i = 0; i < weights.length; i++) {
      velocity[i] = MOMENTUM * velocity[i] - ((RATE * (1 - MOMENTUM)) / Math.sqrt(columns)) * gradient[i]
      weights[i] += velocity[i]
    }
  }
  return weights
}

function score(data: Float32Array, row: number, columns: number, weights: Float64Array, scores: Float64Array): void {
  for (let kind = 0; kind < scores.length; kind++) {
    const start = kind * (columns + 1)
    let sum = weights[start + columns]
    for (let column = 0; column < columns; column++) sum += weights[start + column] * data[row * columns + column]
    scores[kind] = sum
  }
}
