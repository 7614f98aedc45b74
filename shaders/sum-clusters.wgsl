// Keeps the sums of every cluster for the update: points, weight, and per column weight × x. Sums are 64-bit fixed point,
// so that neither the order of points nor the way they are cut changes a bit, and a point that changed its cluster can
// be taken out of the old one's sums without a trace: only the `moves` that nearest-centroid listed are looked at, by so
// many threads as keep a device busy. One moves SPAN coordinates of a point at a time, and with the first ones its count
// and weight.

struct Parameters {
  firstMove: u32,
  rows: u32,
  columns: u32,
  scale: f32,
  weightScale: f32,
  chunk: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> points: array<f32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read> shift: array<f32>;
@group(0) @binding(4) var<storage, read> scales: array<vec2<f32>>;
@group(0) @binding(5) var<storage, read> labels: array<u32>;
@group(0) @binding(6) var<storage, read> moves: array<vec2<u32>>;
@group(0) @binding(7) var<storage, read_write> sums: array<atomic<u32>>;
@group(0) @binding(8) var<storage, read> state: array<u32>;

override WORKGROUP_SIZE: u32 = 64;
const STATE_STOPPED = 1u;
const STATE_MOVES = 4u;
const NONE = 0xffffffffu;

fn addFixed(index: u32, value: vec2<u32>) {
  let old = atomicAdd(&sums[index], value.x);
  let high = value.y + select(0u, 1u, old + value.x < old);
  if (high != 0u) {
    atomicAdd(&sums[index + 1u], high);
  }
}

// Moves coordinates `begin` … `begin` + SPAN of a point from its former cluster to its own.
fn movePoint(row: u32, old: u32, begin: u32) {
  let words = 3u + 2u * parameters.columns;
  let first = labels[row] * words;
//#if ${WEIGHTED}
  let weight = weights[row];
//#endif
  if (begin == 0u) {
    atomicAdd(&sums[first], 1u);
    if (old != NONE) {
      atomicSub(&sums[old * words], 1u);
    }
//#if ${WEIGHTED}
    let value = toFixed(weight, parameters.weightScale);
    addFixed(first + 1u, value);
    if (old != NONE) {
      addFixed(old * words + 1u, negateU64(value));
    }
//#endif
  }
  for (var column = begin; column < min(begin + SPAN, parameters.columns); column++) {
    var term = (points[row * parameters.columns + column] - shift[column]) * parameters.scale;
//#if ${WEIGHTED}
    term *= weight;
//#endif
    let value = toFixed(term, scales[column].x);
    if ((value.x | value.y) != 0u) {
      let at = 3u + 2u * column;
      addFixed(first + at, value);
      if (old != NONE) {
        addFixed(old * words + at, negateU64(value));
      }
    }
  }
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let listed = state[STATE_MOVES + parameters.chunk];
  if (listed <= parameters.firstMove || state[STATE_STOPPED] != 0u) {
    return;
  }
  let spans = (parameters.columns + SPAN - 1u) / SPAN;
  let count = min(parameters.rows, listed - parameters.firstMove) * spans;
  let stride = grid.x * grid.y * WORKGROUP_SIZE;
  for (var i = linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local; i < count; i += stride) {
    let entry = moves[parameters.firstMove + i / spans];
    movePoint(entry.x, entry.y, i % spans * SPAN);
  }
}
