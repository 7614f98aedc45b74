// Adds up the weights of each distinct colour's pixels; a pixel finds its colour's number in the slot where it was
// counted. COUNTED gives every pixel the weight 1, and an opaque colour's number is its rank. One thread takes ITEMS neighbouring pixels and adds a run of one colour at once.

struct Parameters {
  pixelCount: u32,
  slotMask: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> pixels: array<u32>;
@group(0) @binding(2) var<storage, read> keys: array<u32>;
@group(0) @binding(3) var<storage, read> slotLabels: array<u32>;
@group(0) @binding(4) var<storage, read> importance: array<u32>;
@group(0) @binding(5) var<storage, read_write> weights: array<atomic<u32>>;

const ITEMS = 8u;

fn numberOf(pixel: u32) -> u32 {
//#if ${COUNTED}
  return rankOf(pixel);
//#else
  return slotLabel(pixel);
//#endif
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let first = (linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local) * ITEMS;
  if (first >= parameters.pixelCount) {
    return;
  }
  var color = numberOf(pixels[first]);
  var weight = 0u;
  for (var i = first; i < min(first + ITEMS, parameters.pixelCount); i++) {
    let next = numberOf(pixels[i]);
    if (next != color) {
      atomicAdd(&weights[color], weight);
      color = next;
      weight = 0u;
    }
//#if ${COUNTED}
    weight += 1u;
//#else
    weight += importance[i];
//#endif
  }
  atomicAdd(&weights[color], weight);
}
