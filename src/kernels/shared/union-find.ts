/** The root of an element of a forest in which parents fall: its own parent, and the lowest of its set. Shortens the way. */
export function rootOf(parents: Uint32Array, element: number): number {
  let at = element
  while (parents[at] !== at) {
    parents[at] = parents[parents[at]]
    at = parents[at]
  }
  return at
}

/** Unites the sets of two elements. */
export function unite(parents: Uint32Array, a: number, b: number): void {
  const one = rootOf(parents, a)
  const other = rootOf(parents, b)
  if (one < other) parents[other] = one
  else parents[one] = other
}

/** Replaces all parents by the numbers of their roots, which are 0, 1, … in ascending order; returns how many there are. */
export function renumber(parents: Uint32Array): number {
  let count = 0
  for (let at = 0; at < parents.length; at++) parents[at] = parents[at] === at ? count++ : parents[parents[at]]
  return count
}
