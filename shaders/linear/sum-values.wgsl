// Adds numbers in a fixed order: of `groups` threads each adds every groups-th of `count` values, so that neighbours read
// neighbours, and leaves its sum in `sums` from `first` on. Few groups again make one. SQUARED adds their squares.

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
