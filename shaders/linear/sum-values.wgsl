// Adds numbers in a fixed order: each of `groups` threads adds every groups-th of `count` values, so that neighbouring
// threads read neighbouring values, and writes its sum to `sums` from `first` on. A second round with few groups adds
// these. SQUARED adds squares.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  if (index >= parameters.groups) {
    return;
  }
  var sum = 0.0;
  for (var i = index; i < parameters.count; i += parameters.groups) {
    let value = values[i];
//#if ${SQUARED}
    sum += value * value;
//#else
    sum += value;
//#endif
  }
  sums[parameters.first + index] = sum;
}
