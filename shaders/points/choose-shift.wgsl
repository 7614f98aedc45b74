// The shift of each column on the device, from its block statistics, as src/data/points.ts chooses it on the host:
// the multiple of the power of two at or below the range that is nearest to the mean; a constant column's value.
// `bounds` gets the least and greatest value relative to it. One thread takes one column.

struct Parameters {
  rows: u32,
  columns: u32,
  blocks: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> statistics: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> reference: array<f32>;
@group(0) @binding(3) var<storage, read_write> shift: array<f32>;
@group(0) @binding(4) var<storage, read_write> bounds: array<vec2<f32>>;

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
  var least = statistics[column].x;
  var greatest = statistics[column].y;
  var sum = 0.0;
  for (var block = 0u; block < parameters.blocks; block++) {
    let s = statistics[block * parameters.columns + column];
    least = min(least, s.x);
    greatest = max(greatest, s.y);
    sum += s.z;
  }
  let range = greatest - least;
  var middle = least;
  if (range > 0.0) {
    let unit = bitcast<f32>(bitcast<u32>(range) & 0x7f800000u);
    middle = round((reference[column] + sum / f32(parameters.rows)) / unit) * unit;
  }
  shift[column] = middle;
  bounds[column] = vec2<f32>(least - middle, greatest - middle);
}
