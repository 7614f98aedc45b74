// Numbers of float16, two to a word, as float32. One thread takes one word.

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let word = invocationIndex(invocation);
  let first = 2u * word;
  if (first >= parameters.count) {
    return;
  }
  let both = unpack2x16float(halves[word]);
  points[first] = both.x;
  if (first + 1u < parameters.count) {
    points[first + 1u] = both.y;
  }
}
