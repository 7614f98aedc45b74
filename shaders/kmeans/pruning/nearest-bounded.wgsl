// The nearest centroid of every point by bounds (C. Elkan, ICML 2003; G. Hamerly, SDM 2010): nearest-bounded.ts, which
// justifies the slack. One thread takes one point. Lower bounds are kept with the path of their centroid added, so that they
// need no update. Labels and moves are those of nearest-centroid.wgsl, scores its operations.

const FAR = 3.4e38;
const DOWN = 1.0 - 1.0 / 4194304.0;
const UP = 1.0 + 1.0 / 4194304.0;

fn coordinate(row: u32, column: u32) -> f32 {
  return (points[row * parameters.columns + column] - shift[column]) * parameters.scale;
}

fn scoreOf(row: u32, c: u32) -> f32 {
  var score = motion[c];
  for (var column = 0u; column < parameters.columns; column++) {
    score -= coordinate(row, column) * centroids[c * parameters.columns + column];
  }
  return score;
}

/** Keeps a label, and lists the point if it moved. */
fn keepLabel(row: u32, label: u32) {
  let old = select(labels[row], NO_LABEL, atomicLoad(&state[STATE_ITERATIONS]) == 0u);
  if (old != label) {
    labels[row] = label;
    atomicAdd(&state[STATE_CHANGES], 1u);
    moves[atomicAdd(&state[STATE_MOVES + parameters.chunk], 1u)] = vec2<u32>(row, old);
  }
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  if (index >= parameters.rows || atomicLoad(&state[STATE_STOPPED]) != 0u) {
    return;
  }
  let row = parameters.firstRow + index;
  let count = parameters.centroidCount;
  let allRows = parameters.allRows;
  let paths = 4u * parameters.groups;
  let longest = motion[2u * paths];
  var norm = 0.0;
  for (var column = 0u; column < parameters.columns; column++) {
    norm += coordinate(row, column) * coordinate(row, column);
  }
  let reach = sqrt(norm) + motion[2u * paths + 1u];
  let slack = f32(parameters.columns + 8u) / 4194304.0 * reach * reach + 1e-36;
  let at = HEAD * allRows + row * paths;
  let anew = parameters.anew != 0u;
  var all = anew;
  var own = 0u;
  var limit = FAR;
  var compares = true;
  if (!anew) {
    own = u32(bounds[allRows + row]);
    let path = motion[paths + own];
    let upper = bounds[2u * allRows + row] + path + (path + bounds[2u * allRows + row]) * (UP - 1.0);
    let lower = (bounds[3u * allRows + row] - longest) * DOWN;
    if (lower > sqrt(upper * upper + slack) * UP) {
      keepLabel(row, own);
      return;
    }
    limit = sqrt(max(0.0, 2.0 * scoreOf(row, own) + norm) + 2.0 * slack) * UP;
    compares = lower <= limit;
    var candidates = 0u;
    for (var c = 0u; compares && c < count; c++) {
      candidates += select(0u, 1u, bounds[at + c] <= limit + motion[paths + c]);
    }
    all = candidates > parameters.most;
    bounds[row] += f32(select(1u + candidates, count, all));
  } else {
    bounds[row] += f32(count);
  }
  var nearest = own;
  var least = FAR;
  for (var c = 0u; c < count; c++) {
    if (c == own || all || (compares && bounds[at + c] <= limit + motion[paths + c])) {
      let score = scoreOf(row, c);
      bounds[at + c] = (sqrt(max(0.0, 2.0 * score + norm - slack)) + motion[paths + c]) * DOWN;
      if (score < least) {
        least = score;
        nearest = c;
      }
    }
  }
  var rest = FAR;
  bounds[at + nearest] = FAR;
  for (var c = 0u; c < paths; c++) {
    if (c >= count) {
      bounds[at + c] = FAR;
    } else if (c != nearest) {
      rest = min(rest, bounds[at + c] - motion[paths + c]);
    }
  }
  let path = motion[paths + nearest];
  let distance = sqrt(max(0.0, 2.0 * least + norm) + slack) * UP;
  bounds[allRows + row] = f32(nearest);
  bounds[2u * allRows + row] = distance - path + (distance + path) * (UP - 1.0);
  if (compares) {
    bounds[3u * allRows + row] = (rest + longest) * DOWN;
  }
  bounds[4u * allRows + row] = sqrt(norm);
  keepLabel(row, nearest);
}
