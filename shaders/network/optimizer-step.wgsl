// What the steps of all optimizers share. The gradient is scaled down to `clipNorm` if its squared norm, in `norm`, is
// larger; 0: never. A parameter that becomes larger than `limit`, infinite or NaN is noted in the state; as integers, the
// bits of magnitudes are in that order.

fn gradientScale() -> f32 {
  if (parameters.clipNorm > 0.0 && norm[0] > parameters.clipNorm * parameters.clipNorm) {
    return parameters.clipNorm / sqrt(norm[0]);
  }
  return 1.0;
}

fn storeWeight(index: u32, weight: f32) {
  weights[index] = weight;
  if ((bitcast<u32>(weight) & 0x7fffffffu) > bitcast<u32>(parameters.limit)) {
    atomicStore(&state[STATE_DAMAGED], 1u);
  }
}
