// One of Lloyd's passes over the distinct colours: the nearest centroid of each, and the sums the update needs, in
// 64-bit integers, so that the order of additions does not matter and a colour that changed its centroid is subtracted
// exactly from the sums of the former one: after the first pass, only such colours add anything. One thread takes ITEMS
// neighbouring colours, which mostly share a centroid, and adds a run of them at once. Per centroid, `sums` has the
// pixel count and four sums as (low, high), and the number of its opaque colours.

const LANES = 8u;

fn addSum(index: u32, value: vec2<u32>) {
  let old = atomicAdd(&sums[index], value.x);
  let high = value.y + select(0u, 1u, old + value.x < old);
  if (high != 0u) {
    atomicAdd(&sums[index + 1u], high);
  }
}

// Subtracts a colour from a cluster.
fn remove(label: u32, weight: u32, c: vec4<u32>) {
  let first = label * SUM_WORDS;
  atomicSub(&sums[first], weight);
  addSum(first + 1u, negateU64(multiplyU64(weight, c.x)));
  addSum(first + 3u, negateU64(multiplyU64(weight, c.y)));
  addSum(first + 5u, negateU64(multiplyU64(weight, c.z)));
//#if ${ALPHA}
  addSum(first + 7u, negateU64(multiplyU64(weight, c.w)));
  if (c.w == OPAQUE) {
    atomicSub(&sums[first + 9u], 1u);
  }
//#endif
}

// Colours to add to one cluster.
struct Run {
  label: u32,
  population: u32,
  opaque: u32,
  x: vec2<u32>,
  y: vec2<u32>,
  z: vec2<u32>,
  w: vec2<u32>,
}

fn addRun(run: Run) {
  let first = run.label * SUM_WORDS;
//#if ${ALPHA}
  if (run.opaque != 0u) {
    atomicAdd(&sums[first + 9u], run.opaque);
  }
//#endif
  if (run.population == 0u) {
    return;
  }
  atomicAdd(&sums[first], run.population);
  addSum(first + 1u, run.x);
  addSum(first + 3u, run.y);
  addSum(first + 5u, run.z);
//#if ${ALPHA}
  addSum(first + 7u, run.w);
//#endif
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let thread = invocationIndex(invocation);
  let first = parameters.firstColor + thread / LANES * (LANES * ITEMS) + thread % LANES;
  let last = parameters.firstColor + parameters.colorCount;
  if (first >= last || atomicLoad(&state[STATE_CONVERGED]) != 0u) {
    return;
  }
  let end = min(first + LANES * ITEMS, last);
  var changes = 0u;
  var run = Run();
  for (var i = first; i < end; i += LANES) {
    let c = loadPoint(i);
    let label = nearestCentroid(c).index;
    let old = labels[i];
    if (label == old) {
      continue;
    }
    changes += 1u;
    labels[i] = label;
    let weight = weights[i];
    if (old != NO_LABEL) {
      remove(old, weight, c);
    }
    if (label != run.label) {
      addRun(run);
      run = Run();
      run.label = label;
    }
    run.population += weight;
    run.x = addU64(run.x, multiplyU64(weight, c.x));
    run.y = addU64(run.y, multiplyU64(weight, c.y));
    run.z = addU64(run.z, multiplyU64(weight, c.z));
//#if ${ALPHA}
    run.w = addU64(run.w, multiplyU64(weight, c.w));
    run.opaque += select(0u, 1u, c.w == OPAQUE);
//#endif
  }
  addRun(run);
  if (changes != 0u) {
    atomicAdd(&state[STATE_CHANGES], changes);
  }
}
