// The element-wise activations and their derivatives, both without overflow. The numbers are those of
// src/kernels/network/activation.ts.
fn activate(kind: u32, z: f32) -> f32 {
  switch kind {
    case 1u: { return max(z, 0.0); }
    case 2u: { return select(0.01 * z, z, z > 0.0); }
    case 3u: {
      let e = exp(-abs(z));
      return select(e, 1.0, z >= 0.0) / (1.0 + e);
    }
    case 4u: {
      // tanh is 1 in float32 from 9.1 on; some drivers overflow for large arguments.
      return tanh(clamp(z, -10.0, 10.0));
    }
    case 5u: { return softplus(z); }
    default: { return z; }
  }
}

// log(1 + exp(z)); the logarithm of a number near 1 by its series.
fn softplus(z: f32) -> f32 {
  let e = exp(-abs(z));
  return max(z, 0.0) + select(log(1.0 + e), e * (1.0 - e * (0.5 - e * 0.33333334)), e < 0.01);
}

// The derivative of an activation, computed from its result.
fn activationSlope(kind: u32, a: f32) -> f32 {
  switch kind {
    case 1u: { return select(0.0, 1.0, a > 0.0); }
    case 2u: { return select(0.01, 1.0, a > 0.0); }
    case 3u: { return a * (1.0 - a); }
    case 4u: { return 1.0 - a * a; }
    case 5u: { return select(1.0 - exp(-a), a * (1.0 - a * (0.5 - a * 0.16666667)), a < 0.01); }
    default: { return 1.0; }
  }
}
