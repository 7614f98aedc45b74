// Writes a random order of `count` of `total` rows: row numbers in `order`. The choice of rows is random as well, by
// `splitKey`: those from position `splitFirst` on in its order, so that the rows before it are held out. Each thread
// finds one position independently, without a table or sorting: a bijection of the integers of as many bits as the
// count needs, iterated until it is below the count (cycle walking: J. Black and P. Rogaway, CT-RSA 2002). Odd factors,
// sums and shifted exclusive-ors are bijections modulo a power of two.

fn place(index: u32, count: u32, key: u32) -> u32 {
  let bits = 32u - countLeadingZeros(max(count - 1u, 1u));
  let mask = 0xffffffffu >> (32u - bits);
  let shift = (bits + 1u) / 2u;
  var x = index;
  loop {
    for (var round = 0u; round < ROUNDS; round++) {
      let word = randomBits(vec3<u32>(key, count, round));
      x = (x * (word.x | 1u) + word.y) & mask;
      x ^= x >> shift;
    }
    if (x < count) {
      break;
    }
  }
  return x;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  if (index >= parameters.count) {
    return;
  }
  let within = parameters.splitFirst + place(index, parameters.count, parameters.key);
  order[index] = place(within, parameters.total, parameters.splitKey);
}
