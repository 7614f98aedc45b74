// What k-means must know of each column before it starts: least and greatest value, and the first two moments about a
// reference row (any row of the data: near enough that nothing cancels). One thread takes one column of a block of
// BLOCK_ROWS rows, of `blocks` from `firstBlock` on; the host adds the blocks in float64. `scale`, a power of two, keeps
// the moments of huge values from overflowing; they are moments of scaled deviations. NaN and infinity are found by their
// bits, since WGSL lets a compiler assume there are none; the first one is reported.

struct Parameters {
  rows: u32,
  columns: u32,
  firstBlock: u32,
  blocks: u32,
  scale: f32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> points: array<f32>;
@group(0) @binding(2) var<storage, read> reference: array<f32>;
@group(0) @binding(3) var<storage, read_write> statistics: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> firstBad: array<atomic<u32>>;

const BLOCK_ROWS = 256u;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let own = linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local;
  if (own >= parameters.blocks * parameters.columns) {
    return;
  }
  let index = parameters.firstBlock * parameters.columns + own;
  let column = index % parameters.columns;
  let first = (index / parameters.columns) * BLOCK_ROWS;
  let about = reference[column];
  var least = points[first * parameters.columns + column];
  var greatest = least;
  var sum = 0.0;
  var squares = 0.0;
  for (var row = first; row < min(first + BLOCK_ROWS, parameters.rows); row++) {
    let i = row * parameters.columns + column;
    let value = points[i];
    if ((bitcast<u32>(value) & 0x7f800000u) == 0x7f800000u) {
      atomicMin(&firstBad[0], i);
    }
    least = min(least, value);
    greatest = max(greatest, value);
    let deviation = (value - about) * parameters.scale;
    sum += deviation;
    squares += deviation * deviation;
  }
  statistics[index] = vec4<f32>(least, greatest, sum, squares);
}
