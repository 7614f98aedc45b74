// The potential Σ w·min(D², ‖x − candidate‖²) with each candidate added, per block of points: the greedy step of
// k-means++ takes the best of several candidates. One thread takes one candidate and one of the chunk's blocks `begin`
// … `end` − 1.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  let blockCount = parameters.end - parameters.begin;
  if (index >= blockCount * parameters.candidateCount) {
    return;
  }
  let block = parameters.begin + index % blockCount;
  let candidate = index / blockCount;
  let columns = parameters.columns;
  var sum = 0.0;
  for (var row = block * MEASURE_BLOCK; row < min((block + 1u) * MEASURE_BLOCK, parameters.rows); row++) {
    var distance = 0.0;
    for (var column = 0u; column < columns; column++) {
      let x = (points[row * columns + column] - shift[column]) * parameters.scale;
      let difference = x - candidates[candidate * columns + column];
      distance += difference * difference;
    }
    let least = min(distances[row], distance);
//#if ${WEIGHTED}
    sum += weights[row] * least;
//#else
    sum += least;
//#endif
  }
  potentials[candidate * parameters.allBlocks + parameters.firstBlock + block] = sum;
}
