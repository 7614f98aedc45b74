// Centroids in the caller's units to working coordinates (scale 1), and for every column the power of two that its
// fixed-point sums are scaled by, with its inverse: 2^(exponent of room) over the largest possible term. Where
// a point was not finite the round is stopped before it begins. One thread takes one column.

struct Parameters {
  centroidCount: u32,
  columns: u32,
  room: i32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> given: array<f32>;
@group(0) @binding(2) var<storage, read> shift: array<f32>;
@group(0) @binding(3) var<storage, read> bounds: array<vec2<f32>>;
@group(0) @binding(4) var<storage, read_write> centroids: array<f32>;
@group(0) @binding(5) var<storage, read_write> scales: array<vec2<f32>>;
@group(0) @binding(6) var<storage, read> firstBad: array<u32>;
@group(0) @binding(7) var<storage, read_write> state: array<u32>;

const STATE_STOPPED = 1u;
const NOT_FINITE = 3u;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let column = linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local;
  if (column >= parameters.columns) {
    return;
  }
  if (column == 0u) {
    state[STATE_STOPPED] = select(NOT_FINITE, 0u, firstBad[0] == 0xffffffffu);
  }
  for (var k = 0u; k < parameters.centroidCount; k++) {
    let i = k * parameters.columns + column;
    centroids[i] = given[i] - shift[column];
  }
  // The exponent of the power of two above the largest term, by its bits.
  let largest = max(abs(bounds[column].x), abs(bounds[column].y));
  let exponent = i32(bitcast<u32>(largest) >> 23u) - 126;
  let power = clamp(parameters.room - max(exponent, -60), -126, 126);
  scales[column] = vec2<f32>(
    bitcast<f32>(u32(127 + power) << 23u),
    bitcast<f32>(u32(127 - power) << 23u),
  );
}
