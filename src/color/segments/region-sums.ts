/** Sums over the pixels of regions, from which their properties follow, also after regions are merged. */
export interface RegionSums {
  /** Numbers of pixels. */
  areas: Uint32Array
  /** Four per region: sums of red, green and blue, each times alpha, and of alpha; exact. */
  colors: Float64Array
  /** Two per region: sums of columns and of rows. */
  places: Float64Array
  /** Four per region: first column and row, last column and row. */
  boxes: Uint32Array
  /** Numbers of sides of pixels on the border of the image. */
  outer: Uint32Array
}

export function emptySums(count: number): RegionSums {
  const boxes = new Uint32Array(4 * count)
  for (let at = 0; at < boxes.length; at += 4) boxes[at] = boxes[at + 1] = 0xffff_ffff
  return {
    areas: new Uint32Array(count),
    colors: new Float64Array(4 * count),
    places: new Float64Array(2 * count),
    boxes,
    outer: new Uint32Array(count),
  }
}

/** Adds neighbouring pixels, rgba8 words, of an image from pixel `first` on, whose regions are `labels`. */
export function addPixels(
  sums: RegionSums,
  pixels: Uint32Array,
  labels: Uint32Array,
  first: number,
  size: { width: number; height: number },
): void {
  for (let at = 0; at < pixels.length; ) {
    const x = (first + at) % size.width
    const end = Math.min(pixels.length, at + size.width - x)
    addRow(sums, pixels.subarray(at, end), labels.subarray(at, end), { ...size, x, y: (first + at - x) / size.width })
    at = end
  }
}

/** Adds pixels of one row, the first of them at x and y, run by run. */
function addRow(
  { areas, colors, places, boxes, outer }: RegionSums,
  pixels: Uint32Array,
  labels: Uint32Array,
  { width, height, x, y }: { width: number; height: number; x: number; y: number },
): void {
  const sides = Number(y === 0) + Number(y === height - 1)
  for (let at = 0; at < pixels.length; ) {
    const label = labels[at]
    const start = at
    let red = 0
    let green = 0
    let blue = 0
    let alphas = 0
    do {
      const pixel = pixels[at]
      const alpha = pixel >>> 24
      red += (pixel & 255) * alpha
      green += ((pixel >>> 8) & 255) * alpha
      blue += ((pixel >>> 16) & 255) * alpha
      alphas += alpha
      at++
    } while (at < pixels.length && labels[at] === label)
    colors[4 * label] += red
    colors[4 * label + 1] += green
    colors[4 * label + 2] += blue
    colors[4 * label + 3] += alphas
    const run = at - start
    const last = x + at - 1
    areas[label] += run
    places[2 * label] += (run * (x + start + last)) / 2
    places[2 * label + 1] += run * y
    includeInBox(boxes, 4 * label, x + start, y)
    includeInBox(boxes, 4 * label, last, y)
    outer[label] += sides * run + Number(x + start === 0) + Number(last === width - 1)
  }
}

function includeInBox(boxes: Uint32Array, box: number, x: number, y: number): void {
  if (x < boxes[box]) boxes[box] = x
  if (y < boxes[box + 1]) boxes[box + 1] = y
  if (x > boxes[box + 2]) boxes[box + 2] = x
  if (y > boxes[box + 3]) boxes[box + 3] = y
}

/** The sums after region r became part of `mapping[r]`, of which there are `count`. */
export function contractSums(sums: RegionSums, mapping: Uint32Array, count: number): RegionSums {
  const { areas, colors, places, boxes, outer } = emptySums(count)
  for (let region = 0; region < mapping.length; region++) {
    const into = mapping[region]
    areas[into] += sums.areas[region]
    outer[into] += sums.outer[region]
    for (let i = 0; i < 4; i++) colors[4 * into + i] += sums.colors[4 * region + i]
    for (let i = 0; i < 2; i++) places[2 * into + i] += sums.places[2 * region + i]
    for (let i = 0; i < 4; i += 2) {
      includeInBox(boxes, 4 * into, sums.boxes[4 * region + i], sums.boxes[4 * region + i + 1])
    }
  }
  return { areas, colors, places, boxes, outer }
}
