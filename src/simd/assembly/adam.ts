/** Numbers of a step of Adam in memory; the gains are 1 − beta. */
@unmanaged
class Adam {
  /** Factor of the gradients. */
  shrink: f32 = 0
  /** Share of the weights that is added to the gradient, and that is taken from the weights themselves. */
  decay: f32 = 0
  decoupled: f32 = 0
  beta1: f32 = 0
  gain1: f32 = 0
  beta2: f32 = 0
  gain2: f32 = 0
  /** The rate over the first correction. */
  rate: f32 = 0
  correction2: f32 = 0
  epsilon: f32 = 0
  limit: f32 = 0
}

/** A step of the 4 parameters at these addresses, whose moments are in pairs; gives the mask of those within the limit. */
function stepFour(adam: Adam, gradients: usize, moments: usize, weights: usize): v128 {
  let weight = v128.load(weights)
  let gradient = f32x4.mul(v128.load(gradients), f32x4.splat(adam.shrink))
  gradient = f32x4.add(gradient, f32x4.mul(weight, f32x4.splat(adam.decay)))
  weight = f32x4.sub(weight, f32x4.mul(weight, f32x4.splat(adam.decoupled)))
  const low = v128.load(moments)
  const high = v128.load(moments, 16)
  let mean = f32x4.mul(v128.shuffle<f32>(low, high, 0, 2, 4, 6), f32x4.splat(adam.beta1))
  mean = f32x4.add(mean, f32x4.mul(gradient, f32x4.splat(adam.gain1)))
  let square = f32x4.mul(v128.shuffle<f32>(low, high, 1, 3, 5, 7), f32x4.splat(adam.beta2))
  square = f32x4.add(square, f32x4.mul(f32x4.mul(gradient, f32x4.splat(adam.gain2)), gradient))
  v128.store(moments, v128.shuffle<f32>(mean, square, 0, 4, 1, 5))
  v128.store(moments, v128.shuffle<f32>(mean, square, 2, 6, 3, 7), 16)
  const root = f32x4.sqrt(f32x4.div(square, f32x4.splat(adam.correction2)))
  const spread = f32x4.add(root, f32x4.splat(adam.epsilon))
  weight = f32x4.sub(weight, f32x4.div(f32x4.mul(mean, f32x4.splat(adam.rate)), spread))
  v128.store(weights, weight)
  return f32x4.le(f32x4.abs(weight), f32x4.splat(adam.limit))
}

/**
 * A step of parameters `first` to `end` − 1; 1 is stored at `damaged` if one is NaN or exceeds the limit. `scratch` has room
 * for 4 parameters.
 */
export function stepAdam(
  scratch: usize,
  first: u32,
  end: u32,
  numbers: usize,
  gradients: usize,
  moments: usize,
  weights: usize,
  damaged: usize,
): void {
  const adam = changetype<Adam>(numbers)
  let within = i32x4.splat(-1)
  let at = (<usize>first) << 2
  const stop = (<usize>end) << 2
  for (; at + 16 <= stop; at += 16) {
    within = v128.and(within, stepFour(adam, gradients + at, moments + (at << 1), weights + at))
  }
  for (; at < stop; at += 4) {
    const moment = moments + (at << 1)
    v128.store(scratch, v128.load32_splat(gradients + at))
    v128.store(scratch, v128.load64_splat(moment), 16)
    v128.store(scratch, v128.load64_splat(moment), 32)
    v128.store(scratch, v128.load32_splat(weights + at), 48)
    within = v128.and(within, stepFour(adam, scratch, scratch + 16, scratch + 48))
    store<u64>(moment, load<u64>(scratch, 16))
    store<u32>(weights + at, load<u32>(scratch, 48))
  }
  if (!i32x4.all_true(within)) store<u32>(damaged, 1)
}
