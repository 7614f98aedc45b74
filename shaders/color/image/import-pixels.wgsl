// Copies the rows of a texture, from its copy in a buffer (each begins at a multiple of 256 bytes), to the form of all
// other kernels: pixels without gaps, red in the low byte. Notes in `kinds` whether some pixel is not opaque (1) and
// whether one is fully transparent (2). One thread takes ITEMS neighbouring pixels.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let first = invocationIndex(invocation) * ITEMS;
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
  // Most threads of an image with alpha find the bits already set.
  if ((atomicLoad(&kinds[0]) & found) != found) {
    atomicOr(&kinds[0], found);
  }
}
