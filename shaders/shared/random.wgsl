// A counter-based generator: the same three integers give the same random integers on every device
// (pcg3d: M. Jarzynski and M. Olano, "Hash functions for GPU rendering", JCGT 9(3), 2020).
fn randomBits(counter: vec3<u32>) -> vec3<u32> {
  var v = counter * 1664525u + 1013904223u;
  v.x += v.y * v.z;
  v.y += v.z * v.x;
  v.z += v.x * v.y;
  v ^= v >> vec3<u32>(16u);
  v.x += v.y * v.z;
  v.y += v.z * v.x;
  v.z += v.x * v.y;
  return v;
}

// A uniform number in [0, 1), a multiple of 2⁻²⁴.
fn randomUnit(counter: vec3<u32>) -> f32 {
  return f32(randomBits(counter).x >> 8u) * 5.9604644775390625e-8;
}
