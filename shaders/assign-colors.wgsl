// One pass of Lloyd over the distinct colours: the nearest centroid of each, and the sums the update needs, in 64-bit
// integers, so that no order of additions matters. One thread takes ITEMS neighbouring colours, which mostly share a
// centroid, and adds a run of them at once. Per centroid, `sums` has the pixel count and four sums as (low, high).

struct Parameters {
  firstColor: u32,
  colorCount: u32,
  cellBits: u32,
  centroidCount: u32,
  capacity: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> points: array<u32>;
@group(0) @binding(2) var<storage, read> weights: array<u32>;
@group(0) @binding(3) var<storage, read> centroids: array<vec4<u32>>;
@group(0) @binding(4) var<storage, read> candidates: array<u32>;
@group(0) @binding(5) var<storage, read> candidateCounts: array<u32>;
@group(0) @binding(6) var<storage, read_write> labels: array<u32>;
@group(0) @binding(7) var<storage, read_write> sums: array<atomic<u32>>;
@group(0) @binding(8) var<storage, read_write> state: array<atomic<u32>>;

override WORKGROUP_SIZE: u32 = 64;
const ITEMS = 8u;
const SUMS = 9u;
const STATE_CHANGES = 2u;
const STATE_CONVERGED = 5u;

fn addSum(index: u32, value: vec2<u32>) {
  let old = atomicAdd(&sums[index], value.x);
  let high = value.y + select(0u, 1u, old + value.x < old);
  if (high != 0u) {
    atomicAdd(&sums[index + 1u], high);
  }
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let first = parameters.firstColor + (linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local) * ITEMS;
  let last = parameters.firstColor + parameters.colorCount;
  if (first >= last || atomicLoad(&state[STATE_CONVERGED]) != 0u) {
    return;
  }
  let end = min(first + ITEMS, last);
  var changes = 0u;
  var i = first;
  var c = loadPoint(i);
  var label = nearestCentroid(c).index;
  loop {
    // A run of colours with one label.
    let run = label;
    var population = 0u;
    var x = vec2<u32>();
    var y = vec2<u32>();
    var z = vec2<u32>();
    var w = vec2<u32>();
    loop {
      changes += select(0u, 1u, labels[i] != run);
      labels[i] = run;
      let weight = weights[i];
      population += weight;
      x = addU64(x, multiplyU64(weight, c.x));
      y = addU64(y, multiplyU64(weight, c.y));
      z = addU64(z, multiplyU64(weight, c.z));
//#if ${ALPHA}
      w = addU64(w, multiplyU64(weight, c.w));
//#endif
      i += 1u;
      if (i == end) {
        break;
      }
      c = loadPoint(i);
      label = nearestCentroid(c).index;
      if (label != run) {
        break;
      }
    }
    atomicAdd(&sums[run * SUMS], population);
    addSum(run * SUMS + 1u, x);
    addSum(run * SUMS + 3u, y);
    addSum(run * SUMS + 5u, z);
//#if ${ALPHA}
    addSum(run * SUMS + 7u, w);
//#endif
    if (i == end) {
      break;
    }
  }
  if (changes != 0u) {
    atomicAdd(&state[STATE_CHANGES], changes);
  }
}
