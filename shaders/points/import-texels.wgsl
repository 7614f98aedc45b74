// Converts texels, copied from a texture to a buffer (rows begin at multiples of 256 bytes), to points: one row of
// float32 per texel, with its first `columns` channels. A channel has 1 byte (normalized to 0 … 1), 2 (float16) or 4
// (float32). With `bgra`, blue comes first. One thread converts one coordinate.

fn decode(at: u32) -> f32 {
  let word = rows[at / 4u];
  switch parameters.channelBytes {
    case 1u: {
      // v / 255 to the nearest float32, where a division may be 2.5 ulp off: in binary it is v, again and again, and what
      // follows 24 bits of that is always more than a half.
      let v = (word >> (8u * (at % 4u))) & 0xffu;
      let bits = 32u - countLeadingZeros(v);
      return f32(((v * 0x01010101u) >> bits) + min(v, 1u)) * bitcast<f32>((95u + bits) << 23u); // 2^(bits − 32)
    }
    case 2u: { return unpack2x16float(word)[at / 2u % 2u]; }
    default: { return bitcast<f32>(word); }
  }
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  if (index >= parameters.count) {
    return;
  }
  let texel = index / parameters.columns;
  let wanted = index % parameters.columns;
  let channel = select(wanted, 2u - wanted, parameters.bgra != 0u && wanted < 3u);
  let x = texel % parameters.width * parameters.channels + channel;
  points[index] = decode(texel / parameters.width * parameters.rowBytes + x * parameters.channelBytes);
}
