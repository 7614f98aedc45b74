/** Adds `value` · `scale`, truncated to an integer, to the 64-bit number at `sum`. */
function addFixed(sum: usize, value: f32, scale: f64): void {
  store<i64>(sum, load<i64>(sum) + <i64>(<f64>value * scale))
}

/** Adds columns `first` to `end` − 1 of the point at `x` to a cluster's sums, or with a negative weight subtracts them. */
function addPoint(
  x: usize,
  shift: usize,
  scales: usize,
  sum: usize,
  first: u32,
  end: u32,
  scale: f32,
  weight: f32,
): void {
  for (let column = first; column < end; column++) {
    const at = (<usize>column) << 2
    const value = weight * ((load<f32>(x + at) - load<f32>(shift + at)) * scale)
    addFixed(sum + (at << 1), value, <f64>load<f32>(scales + (at << 1)))
  }
}

/**
 * Moves points between clusters' sums: columns `first` to `end` − 1, with the first also counts and weights, of the moves
 * `firstMove` to `endMove` − 1. Threads that share columns write to words of their own.
 */
export function sumMoves(
  _scratch: usize,
  first: u32,
  end: u32,
  points: usize,
  weights: usize,
  shift: usize,
  scales: usize,
  labels: usize,
  moves: usize,
  sums: usize,
  firstMove: u32,
  endMove: u32,
  columns: u32,
  scale: f32,
  weightScale: f32,
  weighted: bool,
): void {
  const clusterBytes = (((<usize>columns) << 1) + 3) << 2
  for (let at = firstMove; at < endMove; at++) {
    const move = moves + ((<usize>at) << 3)
    const row: usize = load<u32>(move)
    const old = load<u32>(move, 4)
    const x = points + row * ((<usize>columns) << 2)
    const weight: f32 = weighted ? load<f32>(weights + (row << 2)) : 1
    let sum = sums + <usize>load<u32>(labels + (row << 2)) * clusterBytes
    if (first === 0) count(sum, 1, weight, weightScale, weighted)
    addPoint(x, shift, scales, sum + 12, first, end, scale, weight)
    if (old === u32.MAX_VALUE) continue
    sum = sums + <usize>old * clusterBytes
    if (first === 0) count(sum, -1, -weight, weightScale, weighted)
    addPoint(x, shift, scales, sum + 12, first, end, scale, -weight)
  }
}

/** Adds to a cluster's count and weight. */
function count(sum: usize, points: i32, weight: f32, weightScale: f32, weighted: bool): void {
  store<i32>(sum, load<i32>(sum) + points)
  if (weighted) addFixed(sum + 4, weight, <f64>weightScale)
}
