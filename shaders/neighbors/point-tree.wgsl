// Search of a tree of points (src/kernels/neighbors/point-tree.ts). Each thread has a tile of TILE queries that stand
// beside one another, and goes through the tree from left to right, past the nodes that the box of its queries rules out:
// every node is judged and every point loaded once for all of them. The distance of a search is a measure: a squared
// Euclidean distance, or with MANHATTAN a sum of absolute differences.
struct Cursor {
  level: u32,
  index: u32,
}

// 2^-20 + COLUMNS * 2^-23: the relative margin by which a bound must clear a measure, since sums are rounded differently.
const MARGIN = 0.00000095367431640625 + f32(COLUMNS) * 0.00000011920928955078125;

var<private> tile: array<f32, TILE * COLUMNS>;
// The box of the tile.
var<private> least: array<f32, COLUMNS>;
var<private> greatest: array<f32, COLUMNS>;
var<private> point: array<f32, COLUMNS>;

// The first query of a thread's tile, or NONE. Blocks of queries are taken from all over the tree in turn, so that every
// part of a pass has the same share of crowded places: they are the entries of a table of `stride` columns, read by
// column.
fn tileOf(invocation: Invocation) -> u32 {
  let thread = invocationIndex(invocation);
  let tiles = BLOCK / TILE;
  let place = parameters.first + thread / tiles;
  let height = (parameters.blocks + parameters.stride - 1u) / parameters.stride;
  let first = BLOCK * (place % height * parameters.stride + place / height) + thread % tiles * TILE;
  return select(NONE, first, thread < tiles * parameters.places && first < parameters.queries);
}

fn loadTile(first: u32) {
  for (var slot = 0u; slot < TILE; slot++) {
    loadQuery(slot, min(first + slot, parameters.queries - 1u));
  }
}

fn loadQuery(slot: u32, row: u32) {
  for (var column = 0u; column < COLUMNS; column++) {
    let value = queries[row * COLUMNS + column];
    tile[slot * COLUMNS + column] = value;
    least[column] = select(min(least[column], value), value, slot == 0u);
    greatest[column] = select(max(greatest[column], value), value, slot == 0u);
  }
}

fn loadPoint(row: u32) {
  for (var column = 0u; column < COLUMNS; column++) {
    point[column] = points[row * COLUMNS + column];
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

// Where a search from the inside out stands: at `cursor`, below the node `around` that holds the tile, of whose children
// `home` has been searched before; `level` is NONE once nothing is left.
var<private> cursor: Cursor;
var<private> around: Cursor;
var<private> home: u32;

// Begins at the leaf of the tile, or, for queries of another chunk, at the root.
fn beginAt(firstQuery: u32, isOwn: bool) {
  around = Cursor(parameters.top, 0u);
  if (isOwn) {
    around = Cursor(0u, firstQuery / LEAF);
  }
  cursor = around;
  home = NONE;
}

// Goes on behind the cursor's node and all below it. Ends where no node is around `around`, or none can be near: since
// nodes are apart in some column, a tile farther than `reach` from the walls of `around` has nothing near beyond them. With
// `isBefore`, nodes behind the tile's are left out.
fn goOn(reach: f32, isBefore: bool) {
  var isDone = true;
  while (isDone) {
    if (cursor.level == around.level) {
      if (around.level == parameters.top || isInside(levels[around.level] + around.index, reach)) {
        cursor.level = NONE;
        return;
      }
      home = around.index;
      around = Cursor(around.level + 1u, around.index / FAN);
      cursor = firstChild(around);
    } else {
      cursor.index++;
      if (cursor.index % FAN == 0u || cursor.index * rowsBelow(cursor.level) >= parameters.rows) {
        cursor = Cursor(cursor.level + 1u, (cursor.index - 1u) / FAN);
        continue;
      }
    }
    isDone = cursor.level + 1u == around.level && cursor.index == home;
    if (isDone && isBefore) {
      cursor = around;
    }
  }
}

// Whether the tile is farther than `reach` from all walls of a node that holds it.
fn isInside(node: u32, reach: f32) -> bool {
  let at = placeOf(node);
  var nearest = 0.0;
  for (var column = 0u; column < COLUMNS; column++) {
    let wall = min(least[column] - nodes[at + column], nodes[at + COLUMNS + column] - greatest[column]);
    nearest = select(min(nearest, wall), wall, column == 0u);
  }
  return nearest > 0.0 && term(nearest) * (1.0 - MARGIN) > reach;
}

fn term(difference: f32) -> f32 {
//#if ${MANHATTAN}
  return abs(difference);
//#else
  return difference * difference;
//#endif
}

// Measure of the distance between a query and the point.
fn measureOf(slot: u32) -> f32 {
  var sum = 0.0;
  for (var column = 0u; column < COLUMNS; column++) {
    sum += term(tile[slot * COLUMNS + column] - point[column]);
  }
  return sum;
}

// No point of the node is nearer to a query of the tile.
fn leastMeasure(node: u32) -> f32 {
  let at = placeOf(node);
  var sum = 0.0;
  for (var column = 0u; column < COLUMNS; column++) {
    let above = nodes[at + column] - greatest[column];
    let below = least[column] - nodes[at + COLUMNS + column];
    sum += term(max(max(above, below), 0.0));
  }
  return sum * (1.0 - MARGIN);
}

// No point of the node is farther from a query of the tile.
fn greatestMeasure(node: u32) -> f32 {
  let at = placeOf(node);
  var sum = 0.0;
  for (var column = 0u; column < COLUMNS; column++) {
    let up = nodes[at + COLUMNS + column] - least[column];
    let down = greatest[column] - nodes[at + column];
    sum += term(max(up, down));
  }
  return sum * (1.0 + MARGIN);
}
