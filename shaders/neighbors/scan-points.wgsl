// The KEPT nearest points of each query, by measure and then by place, in ascending order, among those of a slice and of
// earlier slices: every query is compared with every point. With OTHERS only points of other components, by mutual
// reachability: the largest of the measure and both core measures.
//
// Points come in groups of four, column after column, so that a vector has a column of four of them. A thread compares
// its group of queries with a group of points at a time, in registers (register blocking: V. Volkov and J. Demmel, SC
// 2008), and sorts in those that are nearer than the last of a list and come after `floors`. UNIFORM reads the points from
// a uniform buffer. The first columns of the queries are kept as well, in three parts of PART, PART and LAST, since Mesa's
// driver writes out no loop of more instructions; others are read again and again. There is one place that inserts into the
// lists, whose loop is written out and takes most of the time to compile.

var<private> measures: array<vec4<f32>, KEPT>;
var<private> places: array<vec4<u32>, KEPT>;
// Measures of the queries from each point of a group.
var<private> sums: array<vec4<f32>, 4>;
var<private> floor: vec4<f32>;
var<private> floorPlace: vec4<u32>;
//#if ${OTHERS}
var<private> component: vec4<f32>;
var<private> core: vec4<f32>;
//#endif

fn term(difference: vec4<f32>) -> vec4<f32> {
//#if ${MANHATTAN}
  return abs(difference);
//#else
  return difference * difference;
//#endif
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  if (index >= parameters.count) {
    return;
  }
  let own = parameters.first + index;
  let columns = parameters.columns;
  let sliceGroups = parameters.sliceGroups;
  for (var at = 0u; at < KEPT; at++) {
    measures[at] = bitcast<vec4<f32>>(nearest[2u * (own * parameters.kept + at)]);
    places[at] = nearest[2u * (own * parameters.kept + at) + 1u];
  }
  floor = bitcast<vec4<f32>>(floors[2u * own]);
  floorPlace = floors[2u * own + 1u];
//#if ${OTHERS}
  component = queries[columns * parameters.queryGroups + own];
  core = queries[(columns + 1u) * parameters.queryGroups + own];
//#endif
  var low: array<vec4<f32>, max(PART, 1u)>;
  var middle: array<vec4<f32>, max(PART, 1u)>;
  var high: array<vec4<f32>, max(LAST, 1u)>;
  for (var column = 0u; column < PART; column++) {
    low[column] = queries[column * parameters.queryGroups + own];
    middle[column] = queries[(PART + column) * parameters.queryGroups + own];
  }
  for (var column = 0u; column < LAST; column++) {
    high[column] = queries[(2u * PART + column) * parameters.queryGroups + own];
  }
  for (var group = 0u; group < sliceGroups; group++) {
    // Set anew for each group: some drivers do not.
    sums = array<vec4<f32>, 4>();
    for (var column = 0u; column < PART; column++) {
      compare(low[column], column * sliceGroups + group);
    }
    for (var column = 0u; column < PART; column++) {
      compare(middle[column], (PART + column) * sliceGroups + group);
    }
    for (var column = 0u; column < LAST; column++) {
      compare(high[column], (2u * PART + column) * sliceGroups + group);
    }
    for (var column = 2u * PART + LAST; column < columns; column++) {
      compare(queries[column * parameters.queryGroups + own], column * sliceGroups + group);
    }
    let least = min(min(sums[0], sums[1]), min(sums[2], sums[3]));
    if (any(least < measures[KEPT - 1u]) && isOpen(columns * sliceGroups + group)) {
      for (var lane = 0u; lane < 4u; lane++) {
        consider(group, lane);
      }
    }
  }
  for (var at = 0u; at < KEPT; at++) {
    nearest[2u * (own * parameters.kept + at)] = bitcast<vec4<u32>>(measures[at]);
    nearest[2u * (own * parameters.kept + at) + 1u] = places[at];
  }
}

// Adds a column's terms of the queries and of a group of points.
fn compare(x: vec4<f32>, at: u32) {
  let y = slice[at];
  sums[0] += term(x - y.x);
  sums[1] += term(x - y.y);
  sums[2] += term(x - y.z);
  sums[3] += term(x - y.w);
}

// Whether not all points of a group, whose components are there, are of the component of all queries.
fn isOpen(at: u32) -> bool {
//#if ${OTHERS}
  return any(component != slice[at]) || any(component != slice[at].yzwx);
//#else
  return true;
//#endif
}

// Takes a point into the lists of the queries that it is near to.
fn consider(group: u32, lane: u32) {
  let place = vec4<u32>(parameters.firstOfSlice + 4u * group + lane);
  var measure = select(select(sums[0], sums[1], lane == 1u), select(sums[2], sums[3], lane == 3u), lane > 1u);
//#if ${OTHERS}
  let at = parameters.columns * parameters.sliceGroups + group;
  measure = max(measure, max(core, vec4<f32>(slice[at + parameters.sliceGroups][lane])));
//#endif
  // Places from `end` on fill the last group.
  var before = (measure < measures[KEPT - 1u]) & (place < vec4<u32>(parameters.end));
  before = before & ((measure > floor) | ((measure == floor) & (place > floorPlace)));
//#if ${OTHERS}
  before = before & (component != vec4<f32>(slice[at][lane]));
//#endif
  if (!any(before)) {
    return;
  }
  for (var back = 1u; back < KEPT; back++) {
    let at = KEPT - back;
    let further = before & (measure < measures[at - 1u]);
    measures[at] = select(select(measures[at], measure, before), measures[at - 1u], further);
    places[at] = select(select(places[at], place, before), places[at - 1u], further);
    before = further;
  }
  measures[0] = select(measures[0], measure, before);
  places[0] = select(places[0], place, before);
}
