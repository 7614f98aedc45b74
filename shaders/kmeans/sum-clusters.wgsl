// Keeps the sums of every cluster for the update: points, weight, and per column weight × x. Sums are 64-bit fixed
// point, so that neither the order of points nor their division changes a bit, and a point that changed its cluster can
// be subtracted exactly from the sums of the former one: only the `moves` listed by nearest-centroid are processed,
// whose number only the device knows.
//
// With atomics, one thread moves one coordinate of a point at a time, and with the first one its count and weight.
// OWNED divides the moves into `copies` slices, each with a copy of all sums (fold-sums.wgsl); one thread moves one
// column of all points of a slice, and with the first column counts and weights, so that no other thread writes to the
// same address and no atomics are needed.

//#if ${OWNED}
fn addCount(index: u32, value: u32) {
  sums[index] += value;
}

fn addFixed(index: u32, value: vec2<u32>) {
  let low = sums[index] + value.x;
  sums[index] = low;
  sums[index + 1u] += value.y + select(0u, 1u, low < value.x);
}
//#else
fn addCount(index: u32, value: u32) {
  atomicAdd(&sums[index], value);
}

fn addFixed(index: u32, value: vec2<u32>) {
  if ((value.x | value.y) == 0u) {
    return;
  }
  let old = atomicAdd(&sums[index], value.x);
  let high = value.y + select(0u, 1u, old + value.x < old);
  if (high != 0u) {
    atomicAdd(&sums[index + 1u], high);
  }
}
//#endif

// Offsets of the sums of a point's own cluster and of its former one.
fn sumsOf(entry: vec2<u32>, base: u32) -> vec2<u32> {
  return base + vec2<u32>(labels[entry.x], entry.y) * (3u + 2u * parameters.columns);
}

fn moveFixed(entry: vec2<u32>, at: vec2<u32>, value: vec2<u32>) {
  addFixed(at.x, value);
  if (entry.y != NO_LABEL) {
    addFixed(at.y, negateU64(value));
  }
}

// Moves a point's count and weight from its former cluster to its own.
fn movePoint(entry: vec2<u32>, base: u32) {
  let at = sumsOf(entry, base);
  addCount(at.x, 1u);
  if (entry.y != NO_LABEL) {
    addCount(at.y, 0xffffffffu); // −1
  }
//#if ${WEIGHTED}
  moveFixed(entry, at + 1u, toFixed(weights[entry.x], parameters.weightScale));
//#endif
}

// Moves one coordinate of a point from its former cluster to its own.
fn moveTerm(entry: vec2<u32>, column: u32, base: u32) {
  var term = (points[entry.x * parameters.columns + column] - shift[column]) * parameters.scale;
//#if ${WEIGHTED}
  term *= weights[entry.x];
//#endif
  moveFixed(entry, sumsOf(entry, base) + 3u + 2u * column, toFixed(term, scales[column].x));
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let listed = state[STATE_MOVES + parameters.chunk];
  if (listed <= parameters.firstMove || state[STATE_STOPPED] != 0u) {
    return;
  }
  let count = min(parameters.rows, listed - parameters.firstMove);
  let thread = invocationIndex(invocation);
//#if ${OWNED}
  let slice = thread / parameters.columns;
  if (slice >= parameters.copies) {
    return;
  }
  let column = thread % parameters.columns;
  let base = slice * parameters.centroidCount * (3u + 2u * parameters.columns);
  let length = (count + parameters.copies - 1u) / parameters.copies;
  let end = min((slice + 1u) * length, count);
  for (var i = slice * length; i < end; i++) {
    let entry = moves[parameters.firstMove + i];
    moveTerm(entry, column, base);
    if (column == 0u) {
      movePoint(entry, base);
    }
  }
//#else
  let stride = invocation.grid.x * invocation.grid.y * WORKGROUP_SIZE;
  for (var i = thread; i < count * parameters.columns; i += stride) {
    let entry = moves[parameters.firstMove + i / parameters.columns];
    let column = i % parameters.columns;
    moveTerm(entry, column, 0u);
    if (column == 0u) {
      movePoint(entry, 0u);
    }
  }
//#endif
}
