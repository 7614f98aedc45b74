// The KEPT nearest points of each query, by measure and then by place, in ascending order, among those of a slice and of
// earlier slices: every query is compared with every point. With OTHERS only points of other components, by mutual
// reachability: the largest of the measure and both core measures.
//
// Points come in groups of four, column after column, so that a vector has a column of four of them. A thread compares
// its group of queries with a group of points at a time, in registers (register blocking: V. Volkov and J. Demmel, SC
// 2008), and sorts in those that are nearer than the last of a list and come after `floors`. UNIFORM reads the points from
// a uniform buffer. The queries are kept as well where COLUMNS, their number of columns, is not 0.

var<private> measures: array<vec4<f32>, KEPT>;
var<private> places: array<vec4<u32>, KEPT>;
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
  let columns = select(parameters.columns, COLUMNS, COLUMNS > 0u);
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
  var kept: array<vec4<f32>, max(COLUMNS, 1u)>;
  for (var column = 0u; column < COLUMNS; column++) {
    kept[column] = queries[column * parameters.queryGroups + own];
  }
  for (var group = 0u; group < sliceGroups; group++) {
    var x = vec4<f32>();
    var sum0 = vec4<f32>();
    var sum1 = vec4<f32>();
    var sum2 = vec4<f32>();
    var sum3 = vec4<f32>();
    for (var column = 0u; column < columns; column++) {
      if (COLUMNS > 0u) {
        x = kept[column];
      } else {
        x = queries[column * parameters.queryGroups + own];
      }
      let y = slice[column * sliceGroups + group];
      sum0 += term(x - y.x);
      sum1 += term(x - y.y);
      sum2 += term(x - y.z);
      sum3 += term(x - y.w);
    }
    if (any(min(min(sum0, sum1), min(sum2, sum3)) < measures[KEPT - 1u])) {
      consider(sum0, group, 0u);
      consider(sum1, group, 1u);
      consider(sum2, group, 2u);
      consider(sum3, group, 3u);
    }
  }
  for (var at = 0u; at < KEPT; at++) {
    nearest[2u * (own * parameters.kept + at)] = bitcast<vec4<u32>>(measures[at]);
    nearest[2u * (own * parameters.kept + at) + 1u] = places[at];
  }
}

// Takes a point into the lists of the queries that it is near to.
fn consider(sum: vec4<f32>, group: u32, lane: u32) {
  let place = vec4<u32>(parameters.firstOfSlice + 4u * group + lane);
  var measure = sum;
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
