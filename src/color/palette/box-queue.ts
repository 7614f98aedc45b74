/** A binary heap of box numbers: largest variance first, lowest number among equals. */
export class BoxQueue {
  readonly #boxes: readonly { variance: number }[]
  readonly #heap: number[] = []

  constructor(boxes: readonly { variance: number }[]) {
    this.#boxes = boxes
  }

  #before(a: number, b: number): boolean {
    const difference = this.#boxes[a].variance - this.#boxes[b].variance
    return difference > 0 || (difference === 0 && a < b)
  }

  push(index: number): void {
    const heap = this.#heap
    let at = heap.push(index) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#before(heap[at], heap[parent])) break
      ;[heap[at], heap[parent]] = [heap[parent], heap[at]]
      at = parent
    }
  }

  pop(): number | undefined {
    const heap = this.#heap
    const top = heap[0]
    const last = heap.pop()
    if (heap.length === 0 || last === undefined) return top
    heap[0] = last
    for (let at = 0; ; ) {
      let first = at
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && this.#before(heap[child], heap[first])) first = child
      }
      if (first === at) return top
      ;[heap[at], heap[first]] = [heap[first], heap[at]]
      at = first
    }
  }
}
