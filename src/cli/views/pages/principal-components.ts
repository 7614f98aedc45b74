/** The first two principal components of rows. */
export interface Components {
  /** Two coordinates of each row, one after the other. */
  scores: Float64Array
  /** Shares of the variance in each. */
  shares: [number, number]
}

const MOST_ROUNDS = 1000

/**
 * The first two principal components of rows, by power iteration with deflation: v ← Xᵀ X v. Signs: the largest weight is
 * positive. With one column, the second is 0.
 *
 * @param rows centred rows, row-major
 */
export function principalComponents(rows: Float64Array, columns: number): Components {
  const count = rows.length / columns
  const rest = rows.slice()
  const total = rows.reduce((sum, value) => sum + value * value, 0)
  const scores = new Float64Array(2 * count)
  const shares: [number, number] = [0, 0]
  for (const at of [0, 1]) {
    if (total === 0) break
    const direction = leadingDirection(rest, columns)
    const own = project(rest, direction)
    shares[at] = own.reduce((sum, value) => sum + value * value, 0) / total
    for (let row = 0; row < count; row++) {
      scores[2 * row + at] = own[row]
      for (let column = 0; column < columns; column++) rest[row * columns + column] -= own[row] * direction[column]
    }
  }
  return { scores, shares }
}

function leadingDirection(rows: Float64Array, columns: number): Float64Array {
  // Not orthogonal to any likely direction, and the same each time.
  let direction = normalize(Float64Array.from({ length: columns }, (_, column) => 1 + ((column * 0.618) % 1)))
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const next = new Float64Array(columns)
    const scores = project(rows, direction)
    for (let row = 0; row < scores.length; row++) {
      for (let column = 0; column < columns; column++) next[column] += scores[row] * rows[row * columns + column]
    }
    if (next.every((value) => value === 0)) return next
    normalize(next)
    const change = next.reduce((most, value, column) => Math.max(most, Math.abs(value - direction[column])), 0)
    direction = next
    if (change < 1e-9) break
  }
  const largest = direction.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0)
  return largest < 0 ? direction.map((value) => -value) : direction
}

function project(rows: Float64Array, direction: Float64Array): Float64Array {
  const columns = direction.length
  const scores = new Float64Array(rows.length / columns)
  for (let row = 0; row < scores.length; row++) {
    let sum = 0
    for (let column = 0; column < columns; column++) sum += rows[row * columns + column] * direction[column]
    scores[row] = sum
  }
  return scores
}

/** Scales to length 1, in place. */
function normalize(vector: Float64Array): Float64Array {
  const length = Math.hypot(...vector) || 1
  for (let at = 0; at < vector.length; at++) vector[at] /= length
  return vector
}
