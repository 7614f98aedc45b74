// Spreads the number of each window of size × size pixels over the window: the transpose of pool.wgsl, and the layer that
// enlarges images. MAX gives it to the first largest pixel of `original`, what was pooled, and 0 to the others; MEAN divides
// it by the pixels of the window; else every pixel gets it. One thread makes one number.

struct Parameters {
  count: u32,
  smallHeight: u32,
  smallWidth: u32,
  largeHeight: u32,
  largeWidth: u32,
  channels: u32,
  size: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> small: array<f32>;
@group(0) @binding(2) var<storage, read> original: array<f32>;
@group(0) @binding(3) var<storage, read_write> large: array<f32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let index = linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local;
  if (index >= parameters.count) {
    return;
  }
  let channels = parameters.channels;
  let channel = index % channels;
  let pixel = index / channels;
  let image = pixel / (parameters.largeHeight * parameters.largeWidth);
  let smallY = pixel / parameters.largeWidth % parameters.largeHeight / parameters.size;
  let smallX = pixel % parameters.largeWidth / parameters.size;
  var value = small[((image * parameters.smallHeight + smallY) * parameters.smallWidth + smallX) * channels + channel];
//#if ${MEAN}
  let height = min(parameters.size, parameters.largeHeight - smallY * parameters.size);
  let width = min(parameters.size, parameters.largeWidth - smallX * parameters.size);
  value /= f32(height * width);
//#elif ${MAX}
  let own = original[index];
  for (var y = smallY * parameters.size; y < min((smallY + 1u) * parameters.size, parameters.largeHeight); y++) {
    for (var x = smallX * parameters.size; x < min((smallX + 1u) * parameters.size, parameters.largeWidth); x++) {
      let other = ((image * parameters.largeHeight + y) * parameters.largeWidth + x) * channels + channel;
      if (original[other] > own || (original[other] == own && other < index)) {
        value = 0.0;
      }
    }
  }
//#endif
  large[index] = value;
}
