/** Adds `value` · `scale`, truncated to an integer, to the 64-bit number at `sum`. */
function addFixed(sum: usize, value: f32, scale: f64): void {
  store<i64>(sum, load<i64>(sum) + <i64>(<f64>value * scale))
}

/** Adds the point at `x` to a cluster's sums, or with a negative weight subtracts it. */
function addPoint(x: usize, shift: usize, scales: usize, sum: usize, columns: u32, scale: f32, weight: f32): void {
  const end = x + ((<usize>columns) << 2)
  while (x < end) {
    addFixed(sum, weight * ((load<f32>(x) - load<f32>(shift)) * scale), <f64>load<f32>(scales))
    x += 4
    shift += 4
    scales += 8
    sum += 8
  }
}

/** Moves the points `from` to `end` − 1 of the list of moves from their former to their new cluster's sums. */
export function sumMoves(
  points: usize,
  weights: usize,
  shift: usize,
  scales: usize,
  labels: usize,
  moves: usize,
  sums: usize,
  first: u32,
  end: u32,
  columns: u32,
  scale: f32,
  weightScale: f32,
  weighted: bool,
): void {
  const clusterBytes = (((<usize>columns) << 1) + 3) << 2
  for (let at = first; at < end; at++) {
    const move = moves + ((<usize>at) << 3)
    const row = load<u32>(move)
    const old = load<u32>(move, 4)
    const x = points + <usize>row * ((<usize>columns) << 2)
    const weight: f32 = weighted ? load<f32>(weights + ((<usize>row) << 2)) : 1
    let sum = sums + <usize>load<u32>(labels + ((<usize>row) << 2)) * clusterBytes
    store<u32>(sum, load<u32>(sum) + 1)
    if (weighted) addFixed(sum + 4, weight, <f64>weightScale)
    addPoint(x, shift, scales, sum + 12, columns, scale, weight)
    if (old === u32.MAX_VALUE) continue
    sum = sums + <usize>old * clusterBytes
    store<u32>(sum, load<u32>(sum) - 1)
    if (weighted) addFixed(sum + 4, -weight, <f64>weightScale)
    addPoint(x, shift, scales, sum + 12, columns, scale, -weight)
  }
}
