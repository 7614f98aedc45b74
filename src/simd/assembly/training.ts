import { sigmoid, softplus } from './activation'

/** Gathers rows `first` to `end` − 1 of a batch, (x − mean) · factor, from the places in `order`, or from `place` on if 0. */
export function gatherRows(
  _scratch: usize,
  first: u32,
  end: u32,
  points: usize,
  order: usize,
  place: u32,
  mean: usize,
  factor: usize,
  clean: usize,
  columns: u32,
): void {
  const rowBytes = (<usize>columns) << 2
  const vectors = rowBytes & ~15
  for (let row = first; row < end; row++) {
    const at = place + row
    const from = points + <usize>(order ? load<u32>(order + ((<usize>at) << 2)) : at) * rowBytes
    const to = clean + row * rowBytes
    let i: usize = 0
    for (; i < vectors; i += 16) {
      const x = f32x4.sub(v128.load(from + i), v128.load(mean + i))
      v128.store(to + i, f32x4.mul(x, v128.load(factor + i)))
    }
    for (; i < rowBytes; i += 4) {
      store<f32>(to + i, (load<f32>(from + i) - load<f32>(mean + i)) * load<f32>(factor + i))
    }
  }
}

/** The losses of the 4 outputs at `output`; writes their gradients to `gradient`, unless that is 0. */
function measureFour(output: usize, target: usize, gradient: usize, scale: f32, logits: bool): v128 {
  const x = v128.load(output)
  const wanted = v128.load(target)
  const difference = f32x4.sub(x, wanted)
  if (gradient) {
    const slope = logits ? f32x4.sub(sigmoid(x), wanted) : f32x4.add(difference, difference)
    v128.store(gradient, f32x4.mul(f32x4.splat(scale), slope))
  }
  return logits ? f32x4.sub(softplus(x), f32x4.mul(wanted, x)) : f32x4.mul(difference, difference)
}

/**
 * The losses of rows `first` to `end` − 1, each in `lanes` parts, and their gradients unless `gradient` is 0. `scratch` has
 * room for 3 vectors.
 */
export function measureRows(
  scratch: usize,
  first: u32,
  end: u32,
  outputs: usize,
  targets: usize,
  losses: usize,
  gradient: usize,
  columns: u32,
  lanes: u32,
  scale: f32,
  logits: bool,
): void {
  // Where there are less than 4, one without a loss takes the place of the others.
  const absent = f32x4.splat(-100)
  const slopes = gradient ? scratch + 32 : 0
  for (let row = first; row < end; row++) {
    for (let lane: u32 = 0; lane < lanes; lane += 4) {
      const width = min(lanes - lane, 4)
      let sum = f32x4.splat(0)
      for (let column = lane; column < columns; column += lanes) {
        const at = (<usize>row * columns + column) << 2
        const bytes = (<usize>min(columns - column, width)) << 2
        if (bytes === 16) {
          sum = f32x4.add(sum, measureFour(outputs + at, targets + at, gradient ? gradient + at : 0, scale, logits))
          continue
        }
        v128.store(scratch, absent)
        v128.store(scratch, logits ? f32x4.splat(0) : absent, 16)
        memory.copy(scratch, outputs + at, bytes)
        memory.copy(scratch + 16, targets + at, bytes)
        sum = f32x4.add(sum, measureFour(scratch, scratch + 16, slopes, scale, logits))
        if (gradient) memory.copy(gradient + at, slopes, bytes)
      }
      v128.store(scratch, sum)
      memory.copy(losses + ((<usize>row * lanes + lane) << 2), scratch, (<usize>width) << 2)
    }
  }
}
