// Brings the rows of a texture, as its copy into a buffer leaves them (each begins at a multiple of 256 bytes), into the
// form of all other kernels: pixels without gaps, red in the low byte. Notes in `kinds` whether some pixel is not opaque
// (1) and whether one is fully transparent (2). One thread takes ITEMS neighbouring pixels.

struct Parameters {
  width: u32,
  pixelCount: u32,
  rowWords: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> rows: array<u32>;
@group(0) @binding(2) var<storage, read_write> pixels: array<u32>;
@group(0) @binding(3) var<storage, read_write> kinds: array<atomic<u32>>;

const ITEMS = 8u;
const TRANSLUCENT = 1u;
const TRANSPARENT = 2u;

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
  var x = first % parameters.width;
  var row = first / parameters.width * parameters.rowWords;
  var found = 0u;
  for (var i = first; i < min(first + ITEMS, parameters.pixelCount); i++) {
    var pixel = rows[row + x];
//#if ${BGRA}
    pixel = (pixel & 0xff00ff00u) | ((pixel & 0xffu) << 16u) | ((pixel >> 16u) & 0xffu);
//#endif
    pixels[i] = pixel;
    found |= select(0u, TRANSLUCENT, pixel < 0xff000000u) | select(0u, TRANSPARENT, pixel < 0x01000000u);
    x += 1u;
    if (x == parameters.width) {
      x = 0u;
      row += parameters.rowWords;
    }
  }
  // Most threads of an image with alpha find what others have noted.
  if ((atomicLoad(&kinds[0]) & found) != found) {
    atomicOr(&kinds[0], found);
  }
}
