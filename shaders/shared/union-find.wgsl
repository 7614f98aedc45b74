// Sets as a forest of `parents` that only fall; the root of a set is its own parent, and the lowest of the set. A root is
// hooked under a lower one by compare-and-exchange (Jaiganesh and Burtscher, "A high-performance connected components
// implementation for GPUs", HPDC 2018, ECL-CC), so no thread waits for another.

fn rootOf(start: u32) -> u32 {
  var at = start;
  var parent = atomicLoad(&parents[at]);
  while (parent != at) {
    let grandparent = atomicLoad(&parents[parent]);
    if (grandparent != parent) {
      atomicMin(&parents[at], grandparent);
    }
    at = parent;
    parent = grandparent;
  }
  return at;
}

// The root of both sets.
fn unite(a: u32, b: u32) -> u32 {
  var low = rootOf(a);
  var high = rootOf(b);
  while (low != high) {
    if (low > high) {
      let other = low;
      low = high;
      high = other;
    }
    if (atomicCompareExchangeWeak(&parents[high], high, low).exchanged) {
      return low;
    }
    low = rootOf(low);
    high = rootOf(high);
  }
  return low;
}
