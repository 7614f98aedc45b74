// One step of Adam (D. Kingma and J. Ba, ICLR 2015), and with DECOUPLED of AdamW (I. Loshchilov and F. Hutter, ICLR 2019),
// over all parameters at once; `correction1` and `correction2` are 1 − βᵗ. The gradient is scaled down to `clipNorm` where
// its squared norm, in `norm`, is larger; 0 leaves it alone. A parameter that becomes larger than `limit`, infinite or NaN
// is noted in the state; as integers, the bits of magnitudes are in that order. One thread takes every threads-th parameter.

struct Parameters {
  count: u32,
  threads: u32,
  rate: f32,
  beta1: f32,
  beta2: f32,
  correction1: f32,
  correction2: f32,
  epsilon: f32,
  weightDecay: f32,
  clipNorm: f32,
  limit: f32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> gradients: array<f32>;
@group(0) @binding(2) var<storage, read> norm: array<f32>;
@group(0) @binding(3) var<storage, read_write> moments: array<vec2<f32>>;
@group(0) @binding(4) var<storage, read_write> weights: array<f32>;
@group(0) @binding(5) var<storage, read_write> state: array<atomic<u32>>;

const STOPPED = 0u;
const DAMAGED = 1u;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let first = linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local;
  if (first >= parameters.threads || atomicLoad(&state[STOPPED]) != 0u) {
    return;
  }
  var shrink = 1.0;
  if (parameters.clipNorm > 0.0 && norm[0] > parameters.clipNorm * parameters.clipNorm) {
    shrink = parameters.clipNorm / sqrt(norm[0]);
  }
  for (var index = first; index < parameters.count; index += parameters.threads) {
    var gradient = gradients[index] * shrink;
    var weight = weights[index];
//#if ${DECOUPLED}
    weight -= parameters.rate * parameters.weightDecay * weight;
//#else
    gradient += parameters.weightDecay * weight;
//#endif
    var moment = moments[index];
    moment.x = parameters.beta1 * moment.x + (1.0 - parameters.beta1) * gradient;
    moment.y = parameters.beta2 * moment.y + (1.0 - parameters.beta2) * gradient * gradient;
    moments[index] = moment;
    let spread = sqrt(moment.y / parameters.correction2) + parameters.epsilon;
    weight -= parameters.rate * (moment.x / parameters.correction1) / spread;
    weights[index] = weight;
    if ((bitcast<u32>(weight) & 0x7fffffffu) > bitcast<u32>(parameters.limit)) {
      atomicStore(&state[DAMAGED], 1u);
    }
  }
}
