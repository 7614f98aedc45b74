// Evaluates the losses of an epoch, so that training need not wait for the host: the mean losses are written to the
// history, and the state says whether this epoch's parameters are kept, whether the run diverged (a loss that is NaN or
// infinite, seen by its bits, or `growth` times both that of the first batch, of `firstRows` points, and the `usual`
// one; or a damaged parameter) or has waited long enough for a better epoch. One thread does all.
//
// `losses` has the summed losses of each batch: reconstruction, then penalty, of `batches` training batches, of a probe
// of `probeRows` points with the final parameters of the epoch, and of `validationBatches`.

const BLOCK = 32u;

fn finite(value: f32) -> bool {
  return (bitcast<u32>(value) & 0x7f800000u) != 0x7f800000u;
}

// Sums of sums, since a long sequence of additions would lose digits.
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
  state[STATE_KEEP] = 0u;
  if (thread.x != 0u || state[STATE_STOPPED] != 0u) {
    return;
  }
  let training = sumLosses(0u, parameters.batches) / f32(parameters.rows);
  let probed = sumLosses(parameters.batches, 1u) / f32(parameters.probeRows);
  var watched = training;
  if (parameters.validationBatches > 0u) {
    watched = sumLosses(parameters.batches + 1u, parameters.validationBatches) / f32(parameters.validationRows);
  }
  history[parameters.entry] = vec4<f32>(training, watched);
  if (state[STATE_EPOCHS] == 0u) {
    state[STATE_FIRST] = bitcast<u32>(losses[0].x / f32(parameters.firstRows));
  }
  let most = parameters.growth * max(bitcast<f32>(state[STATE_FIRST]), parameters.usual);
  let measured = finite(training.x + training.y) && finite(probed.x + probed.y) && finite(watched.x + watched.y);
  if (!measured || training.x > most || probed.x > most || state[STATE_DAMAGED] != 0u) {
    state[STATE_STOPPED] = STOPPED_DIVERGED;
    return;
  }
  state[STATE_EPOCHS]++;
  let value = watched.x + watched.y;
  if (parameters.patience == 0u || state[STATE_BEST_EPOCH] == 0u || value < bitcast<f32>(state[STATE_BEST])) {
    state[STATE_KEEP] = 1u;
    state[STATE_BEST] = bitcast<u32>(value);
    state[STATE_BEST_EPOCH] = state[STATE_EPOCHS];
    state[STATE_WAITED] = 0u;
    return;
  }
  state[STATE_WAITED]++;
  if (state[STATE_WAITED] >= parameters.patience) {
    state[STATE_STOPPED] = STOPPED_PATIENCE;
  }
}
