// The arithmetic of dithering, in whole bytes: a pixel's colour is changed by an error and looked up, and its
// difference to the entry is the next error. Errors are premultiplied by alpha, so that invisible colours have no
// weight. Needs shared/color-space.wgsl and shared/nearest-color.wgsl.

fn channels(color: u32) -> vec3<i32> {
  return vec3<i32>(vec3<u32>(color, color >> 8u, color >> 16u) & vec3<u32>(0xffu));
}

// The colour plus `change`, clamped. Neither transparent nor opaque pixels change their alpha, and no other pixel
// becomes so.
fn changeColor(color: u32, change: vec4<i32>) -> u32 {
//#if ${ALPHA}
  let alpha = i32(color >> 24u);
  if (alpha == 0) {
    return color;
  }
  let moved = select(clamp(alpha + change.w, 1, 254), 255, alpha == 255);
  // Straight from premultiplied, half up. A quotient below 0 becomes 0, however it is rounded.
  let quotient = (channels(color) * alpha + 255 * change.xyz + moved / 2) / moved;
  let c = vec3<u32>(clamp(quotient, vec3<i32>(0), vec3<i32>(255)));
  return c.x | (c.y << 8u) | (c.z << 16u) | (u32(moved) << 24u);
//#else
  let c = vec3<u32>(clamp(channels(color) + change.xyz, vec3<i32>(0), vec3<i32>(255)));
  return c.x | (c.y << 8u) | (c.z << 16u) | (color & 0xff000000u);
//#endif
}

// wanted − given, rounded to bytes. A transparent pixel has no error.
fn colorError(wanted: u32, given: u32) -> vec4<i32> {
//#if ${ALPHA}
  let alpha = i32(wanted >> 24u);
  let givenAlpha = i32(given >> 24u);
  if (alpha == 0) {
    return vec4<i32>();
  }
  // Shifted by 256 · 255 to be positive, so that division rounds down.
  let difference = channels(wanted) * alpha - channels(given) * givenAlpha;
  return vec4<i32>((difference + vec3<i32>(65407)) / 255 - 256, alpha - givenAlpha);
//#else
  return vec4<i32>(channels(wanted) - channels(given), 0);
//#endif
}

fn nearestEntry(color: u32) -> u32 {
  return nearestCentroid(spaceCoordinates(color)).index;
}
