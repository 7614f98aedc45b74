// Ordered dithering: each pixel takes the first entry of its colour's mix whose cumulative weight exceeds the pattern's
// level at its position. The pattern is a square of levels, repeated over the image. A mix is found by the pixel's
// colour or (DIRECT), if colours are as many as pixels, by the pixel. One thread takes one pixel.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let place = invocationIndex(invocation);
  if (place >= parameters.pixelCount) {
    return;
  }
  let pixel = parameters.firstPixel + place;
  let position = parameters.position + place;
  let size = parameters.patternSize;
  let level = thresholds[(position / parameters.width) % size * size + position % parameters.width % size];
//#if ${DIRECT}
  let mix = 3u * place;
//#else
  let mix = 3u * slotLabel(pixels[pixel]);
//#endif
  // The highest bit of each byte stays if its sum exceeds the level; no byte borrows from the next.
  let above = ((mixes[mix + 2u] | vec2<u32>(0x80808080u)) - vec2<u32>((level + 1u) * 0x01010101u)) & vec2<u32>(0x80808080u);
  let pick = 8u - countOneBits(above.x) - countOneBits(above.y);
  entries[pixel] = (mixes[mix + pick / 4u][(pick / 2u) & 1u] >> (16u * (pick & 1u))) & 0xffffu;
}
