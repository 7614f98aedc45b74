// Looks at the losses of an epoch and decides what becomes of it, so that training need not wait for the host: the mean
// losses go to the history, and the state says whether this epoch's parameters are kept, whether the run diverged (a loss
// that is NaN or infinite, seen by its bits, or `growth` times both that of the first batch, of `firstRows` points, and the
// `usual` one; or a damaged parameter) or has waited long enough for a better epoch. One thread does all.
//
// `losses` has the summed losses of each batch: reconstruction, then penalty, of `batches` training batches, of a probe of
// `probeRows` points by the parameters that the epoch ended with, and of `validationBatches`.

struct Parameters {
  batches: u32,
  rows: u32,
  probeRows: u32,
  validationBatches: u32,
  validationRows: u32,
  entry: u32,
  patience: u32,
  firstRows: u32,
  usual: f32,
  growth: f32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> losses: array<vec2<f32>>;
@group(0) @binding(2) var<storage, read_write> history: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> state: array<u32>;

const STOPPED = 0u;
const DAMAGED = 1u;
const KEEP = 2u;
const BEST_EPOCH = 3u;
const BEST = 4u;
const WAITED = 5u;
const EPOCHS = 6u;
const FIRST = 7u;
const DIVERGED = 1u;
const PATIENCE = 2u;
const BLOCK = 32u;

fn finite(value: f32) -> bool {
  return (bitcast<u32>(value) & 0x7f800000u) != 0x7f800000u;
}

// Sums of sums: a long run of additions would lose digits.
fn sumLosses(first: u32, count: u32) -> vec2<f32> {
  var total = vec2<f32>();
  for (var block = first; block < first + count; block += BLOCK) {
    var sum = vec2<f32>();
    for (var i = block; i < min(block + BLOCK, first + count); i++) {
      sum += losses[i];
    }
    total += sum;
  }
  return total;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) thread: vec3<u32>) {
  state[KEEP] = 0u;
  if (thread.x != 0u || state[STOPPED] != 0u) {
    return;
  }
  let training = sumLosses(0u, parameters.batches) / f32(parameters.rows);
  let probed = sumLosses(parameters.batches, 1u) / f32(parameters.probeRows);
  var watched = training;
  if (parameters.validationBatches > 0u) {
    watched = sumLosses(parameters.batches + 1u, parameters.validationBatches) / f32(parameters.validationRows);
  }
  history[parameters.entry] = vec4<f32>(training, watched);
  if (state[EPOCHS] == 0u) {
    state[FIRST] = bitcast<u32>(losses[0].x / f32(parameters.firstRows));
  }
  let most = parameters.growth * max(bitcast<f32>(state[FIRST]), parameters.usual);
  let measured = finite(training.x + training.y) && finite(probed.x + probed.y) && finite(watched.x + watched.y);
  if (!measured || training.x > most || probed.x > most || state[DAMAGED] != 0u) {
    state[STOPPED] = DIVERGED;
    return;
  }
  state[EPOCHS]++;
  let value = watched.x + watched.y;
  if (parameters.patience == 0u || state[BEST_EPOCH] == 0u || value < bitcast<f32>(state[BEST])) {
    state[KEEP] = 1u;
    state[BEST] = bitcast<u32>(value);
    state[BEST_EPOCH] = state[EPOCHS];
    state[WAITED] = 0u;
    return;
  }
  state[WAITED]++;
  if (state[WAITED] >= parameters.patience) {
    state[STOPPED] = PATIENCE;
  }
}
