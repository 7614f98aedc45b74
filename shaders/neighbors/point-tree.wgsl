// Search of a tree of points (src/kernels/neighbors/point-tree.ts). Each thread has a query and goes through the tree from
// left to right, past the nodes that bounds rule out. The distance of a search is a measure: a squared Euclidean distance,
// or with MANHATTAN a sum of absolute differences.
struct Cursor {
  level: u32,
  index: u32,
}

// 2^-20 + COLUMNS * 2^-23: the relative margin by which a bound must clear a measure, since sums are rounded differently.
const MARGIN = 0.00000095367431640625 + f32(COLUMNS) * 0.00000011920928955078125;

var<private> query: array<f32, COLUMNS>;

// The query of a thread, or NONE. Blocks of queries are taken from all over the tree in turn, so that every part of a
// pass has the same share of crowded places: they are the entries of a table of `stride` columns, read by column.
fn queryOf(invocation: Invocation) -> u32 {
  let thread = invocationIndex(invocation);
  let place = parameters.first + thread / BLOCK;
  let height = (parameters.blocks + parameters.stride - 1u) / parameters.stride;
  let row = BLOCK * (place % height * parameters.stride + place / height) + thread % BLOCK;
  return select(NONE, row, thread < BLOCK * parameters.places && row < parameters.queries);
}

fn loadQuery(row: u32) {
  for (var column = 0u; column < COLUMNS; column++) {
    query[column] = queries[row * COLUMNS + column];
  }
}

fn isOver(cursor: Cursor) -> bool {
  return cursor.level == parameters.top && cursor.index > 0u;
}

fn rowsBelow(level: u32) -> u32 {
  return LEAF << (FAN_BITS * level);
}

// Where a node is in `nodes`.
fn placeOf(node: u32) -> u32 {
  return node * (2u * parameters.columns + 2u);
}

// The place behind a node and all below it.
fn behind(cursor: Cursor) -> Cursor {
  var level = cursor.level;
  var index = cursor.index + 1u;
  while (level < parameters.top && (index % FAN == 0u || index == levels[level + 1u] - levels[level])) {
    index = (index + FAN - 1u) / FAN;
    level++;
  }
  return Cursor(level, index);
}

fn firstChild(cursor: Cursor) -> Cursor {
  return Cursor(cursor.level - 1u, cursor.index * FAN);
}

fn term(difference: f32) -> f32 {
//#if ${MANHATTAN}
  return abs(difference);
//#else
  return difference * difference;
//#endif
}

fn measureTo(row: u32) -> f32 {
  var sum = 0.0;
  for (var column = 0u; column < COLUMNS; column++) {
    sum += term(query[column] - points[row * COLUMNS + column]);
  }
  return sum;
}
