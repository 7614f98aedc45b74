// A standard normal number, from 2²⁴ equally likely quantiles of the distribution: the inverse error function in
// float32 (M. Giles, "Approximating the erfinv function", GPU Computing Gems, 2011). No cosine, whose accuracy WGSL
// does not specify. Needs random.wgsl.
fn randomNormal(counter: vec3<u32>) -> f32 {
  let x = (f32(randomBits(counter).x >> 8u) * 2.0 - 16777215.0) * 5.9604644775390625e-8;
  var w = -log((1.0 - x) * (1.0 + x));
  var p: f32;
  if (w < 5.0) {
    w -= 2.5;
    p = 2.81022636e-8;
    p = 3.43273939e-7 + p * w;
    p = -3.5233877e-6 + p * w;
    p = -4.39150654e-6 + p * w;
    p = 0.00021858087 + p * w;
    p = -0.00125372503 + p * w;
    p = -0.00417768164 + p * w;
    p = 0.246640727 + p * w;
    p = 1.50140941 + p * w;
  } else {
    w = sqrt(w) - 3.0;
    p = -0.000200214257;
    p = 0.000100950558 + p * w;
    p = 0.00134934322 + p * w;
    p = -0.00367342844 + p * w;
    p = 0.00573950773 + p * w;
    p = -0.0076224613 + p * w;
    p = 0.00943887047 + p * w;
    p = 1.00167406 + p * w;
    p = 2.83297682 + p * w;
  }
  return 1.41421356 * p * x;
}
