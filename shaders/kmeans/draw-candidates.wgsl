// Draws the candidates of one round of k-means‖: every point independently, with probability `factor` × weight ×
// squared distance to the candidates so far (B. Bahmani et al., PVLDB 5(7), 2012). `drawn` lists their count and their
// row numbers, in random order. One thread draws one point.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let own = invocationIndex(invocation);
  if (own >= parameters.rows) {
    return;
  }
  let row = parameters.firstRow + own;
//#if ${WEIGHTED}
  let probability = parameters.factor * (weights[row] * distances[row]);
//#else
  let probability = parameters.factor * distances[row];
//#endif
  let point = parameters.firstPoint + row;
  if (randomUnit(vec3<u32>(parameters.seed, parameters.round, point)) < probability) {
    atomicStore(&drawn[1u + atomicAdd(&drawn[0], 1u)], point);
  }
}
