/** Moves centroids `first` to `end` − 1 to the means of their points: update-means.ts, by the operations of its twin. */
export function updateMeans(
  _scratch: usize,
  first: u32,
  end: u32,
  scales: usize,
  sums: usize,
  centroids: usize,
  movements: usize,
  columns: u32,
  unit: f64,
): void {
  for (let k = first; k < end; k++) {
    let sum = sums + ((((<usize>columns) << 1) + 3) << 2) * k
    const points = load<u32>(sum)
    const weight = unit > 0 ? <f64>load<i64>(sum, 4) * unit : <f64>points
    sum += 12
    let squares: f64 = 0
    if (points !== 0 && weight > 0) {
      const row = centroids + ((<usize>k * columns) << 2)
      for (let column: usize = 0; column < columns; column++) {
        const updated = <f32>(
          ((<f64>load<i64>(sum + (column << 3)) * <f64>load<f32>(scales + (column << 3), 4)) / weight)
        )
        const at = row + (column << 2)
        const moved = <f64>updated - <f64>load<f32>(at)
        store<f32>(at, updated)
        squares += moved * moved
      }
    }
    store<f32>(movements + ((<usize>k) << 2), <f32>Math.sqrt(squares))
  }
}

/** Writes the squared movement and the squared norm of centroids `first` to `end` − 1, in float64, and keeps the centroids. */
export function measureMotion(
  _scratch: usize,
  first: u32,
  end: u32,
  centroids: usize,
  former: usize,
  squares: usize,
  columns: u32,
): void {
  for (let k = first; k < end; k++) {
    let moved: f64 = 0
    let norm: f64 = 0
    const stop = (<usize>(k + 1) * columns) << 2
    for (let at = (<usize>k * columns) << 2; at < stop; at += 4) {
      const value = load<f32>(centroids + at)
      const difference = <f64>value - <f64>load<f32>(former + at)
      moved += difference * difference
      norm += <f64>value * <f64>value
      store<f32>(former + at, value)
    }
    store<f64>(squares + ((<usize>k) << 4), moved)
    store<f64>(squares + ((<usize>k) << 4), norm, 8)
  }
}
