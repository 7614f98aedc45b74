import type { Hdbscan } from 'lloyd'
import { CLUSTER_COLORS, formatTick } from '../../io/svg.js'
import { drawChart, heightOf, linearAxis, PLOT, round, type ValueAxis } from './chart.js'

/** Share of the width that gaps between the clusters without inner ones take together. */
const GAPS = 0.15
/** Share of the points whose λ the axis reaches at least, so that few very dense ones do not hide the others. */
const REACHED = 0.99
/** Least width of a bar that is drawn, in pixels. */
const LEAST_WIDTH = 0.1
/** Where bars end, beside the distances. */
const RIGHT = PLOT.right - 56
/** Width of a digit of a cluster's number, in pixels. */
const DIGIT = 8

/** The clusters of a condensed tree, counted from 0, the root; outer ones come before inner ones. */
interface Cluster {
  parent: number
  size: number
  /** λ at which it appears. */
  birth: number
  /** λ at which its points leave it, ascending, and those of inner clusters. */
  exits: Float64Array
  children: number[]
  /** λ at which these appear, or null. */
  split: number | null
  /** λ at which the last point leaves it or them. */
  end: number
  /** The label of the selected cluster that it is or lies in, or −1. */
  label: number
  /** Width of the place for it and its children, in points, and where it begins. */
  width: number
  left: number
}

/**
 * Draws the condensed tree of `hdbscan` as an SVG document, as the plot of the Python package hdbscan does: λ grows
 * downwards, a bar is as wide as its cluster has points, and the area of one is its excess of mass. Selected clusters
 * are in colour, with their labels, and what they contain is paler.
 */
export function drawCondensed(result: Hdbscan, subtitle: string): string {
  const clusters = readClusters(result)
  const total = placeClusters(clusters)
  const axis = axisOf(result, clusters)
  const scale = (RIGHT - PLOT.left) / total
  const selected = new Set(Array.from(result.selected, (number) => number - result.labels.length))
  const found = `${result.clusters} cluster${result.clusters === 1 ? '' : 's'}`
  const bars = clusters.flatMap((cluster, number) => drawBar(cluster, selected.has(number), scale, axis))
  const joints = clusters.flatMap((cluster) => drawJoint(cluster, clusters, scale, axis))
  const names = clusters.flatMap((cluster, number) => (selected.has(number) ? drawName(cluster, scale, axis) : []))
  return drawChart(
    {
      title: 'Condensed tree',
      label: `Condensed tree of ${result.labels.length} rows, of which ${found} are selected`,
      subtitle: `${subtitle}; ${found}`,
      countName: 'bars are as wide as clusters have rows; selected ones are in colour',
      valueName: 'λ = 1 / distance',
      axis,
      style: `.joint { stroke: #7b8794; }
.cluster { font-size: 13px; font-weight: 600; paint-order: stroke; stroke: #fff; stroke-width: 3; }
`,
    },
    drawDistances(axis),
    [...joints, ...bars, ...names],
  )
}

function readClusters({ labels, selected, condensed: { parent, lambda, size, stability } }: Hdbscan): Cluster[] {
  const points = labels.length
  const counts = new Uint32Array(stability.length)
  for (let row = 0; row < points; row++) counts[parent[row] - points]++
  const clusters = Array.from(counts, (count, number): Cluster => {
    const line = points + number - 1
    return {
      parent: number === 0 ? 0 : parent[line] - points,
      size: number === 0 ? points : size[line],
      birth: number === 0 ? 0 : lambda[line],
      exits: new Float64Array(count),
      children: [],
      split: null,
      end: 0,
      label: -1,
      width: 0,
      left: 0,
    }
  })
  for (let row = 0; row < points; row++) {
    const number = parent[row] - points
    clusters[number].exits[--counts[number]] = lambda[row]
  }
  for (const { exits } of clusters) exits.sort()
  for (const [label, number] of selected.entries()) clusters[number - points].label = label
  for (const [number, cluster] of clusters.entries()) {
    if (number === 0) continue
    const around = clusters[cluster.parent]
    around.children.push(number)
    around.split = cluster.birth
    if (cluster.label < 0) cluster.label = around.label
  }
  for (const cluster of [...clusters].reverse()) {
    const last = cluster.exits[cluster.exits.length - 1] ?? 0
    cluster.end = cluster.children.reduce((end, child) => Math.max(end, clusters[child].end), last)
  }
  return clusters
}

/** Places clusters below the middle of the one around them; returns the width of all, in points. */
function placeClusters(clusters: Cluster[]): number {
  const leaves = clusters.filter(({ children }) => children.length === 0).length
  const gap = leaves > 1 ? (GAPS * clusters[0].size) / (leaves - 1) : 0
  const widthOf = ({ children }: Cluster) =>
    children.reduce((sum, child) => sum + clusters[child].width, gap * Math.max(0, children.length - 1))
  for (const cluster of [...clusters].reverse()) cluster.width = Math.max(cluster.size, widthOf(cluster))
  for (const cluster of clusters) {
    let left = cluster.left + (cluster.width - widthOf(cluster)) / 2
    for (const child of cluster.children) {
      clusters[child].left = left
      left += clusters[child].width + gap
    }
  }
  return clusters[0].width
}

/** λ from 0 at the top to where nearly all points have left, and beyond the births of the selected clusters. */
function axisOf({ labels, selected, condensed: { lambda } }: Hdbscan, clusters: readonly Cluster[]): ValueAxis {
  const finite = lambda.subarray(0, labels.length).filter(Number.isFinite).sort()
  const births = Array.from(selected, (number) => clusters[number - labels.length].birth).filter(Number.isFinite)
  const most = births.reduce((highest, birth) => Math.max(highest, 1.1 * birth), 0)
  const { ticks, place } = linearAxis(Math.max(most, finite[Math.floor(REACHED * (finite.length - 1))] ?? 0))
  return { ticks, place: (value) => 1 - Math.min(1, place(value)) }
}

/** The distances of the ticks of λ, at the right. */
function drawDistances(axis: ValueAxis): string[] {
  const textAt = (y: number, text: string) =>
    `<text class="tick" x="${PLOT.right}" y="${y}" text-anchor="end">${text}</text>`
  const texts = axis.ticks.map((value) => textAt(heightOf(axis, value) - 4, value > 0 ? formatTick(1 / value) : '∞'))
  return [...texts, textAt(PLOT.bottom + 21, 'distance')]
}

/** A bar that narrows in steps as points leave the cluster. */
function drawBar(cluster: Cluster, isSelected: boolean, scale: number, axis: ValueAxis): string[] {
  if (cluster.size * scale < LEAST_WIDTH && !isSelected) return []
  const middle = PLOT.left + (cluster.left + cluster.width / 2) * scale
  const steps = stepsOf(cluster, axis)
  const right = steps.map(({ y, count }) => `H${round(middle + (count * scale) / 2)}V${y}`)
  const left = [...steps].reverse().map(({ y, count }) => `V${y}H${round(middle - (count * scale) / 2)}`)
  const color = cluster.label < 0 ? '#b8c2cc' : CLUSTER_COLORS[cluster.label % CLUSTER_COLORS.length]
  const opacity = cluster.label < 0 || isSelected ? '' : ' fill-opacity="0.45"'
  const top = heightOf(axis, cluster.birth)
  return [`<path fill="${color}"${opacity} d="M${round(middle)} ${top}${right.join('')}${left.join('')}V${top}Z"/>`]
}

/** Down to which height, in pixels, a cluster has how many points. */
function stepsOf({ size, exits, split }: Cluster, axis: ValueAxis): { y: number; count: number }[] {
  const steps: { y: number; count: number }[] = []
  let count = size
  for (const lambda of exits) {
    const y = Math.round(heightOf(axis, lambda))
    if (steps.length === 0 || steps[steps.length - 1].y < y) steps.push({ y, count })
    count--
  }
  if (split !== null) steps.push({ y: heightOf(axis, split), count })
  return steps
}

/** A line from a cluster to those into which it splits. */
function drawJoint(
  { split, children }: Cluster,
  clusters: readonly Cluster[],
  scale: number,
  axis: ValueAxis,
): string[] {
  if (split === null) return []
  const [first, last] = [clusters[children[0]], clusters[children[children.length - 1]]]
  const y = heightOf(axis, split)
  const x1 = round(PLOT.left + (first.left + (first.width - first.size) / 2) * scale)
  const x2 = round(PLOT.left + (last.left + (last.width + last.size) / 2) * scale)
  return [`<line class="joint" x1="${x1}" x2="${x2}" y1="${y}" y2="${y}"/>`]
}

/** The label of a selected cluster, below it, where there is room. */
function drawName({ label, left, width, end }: Cluster, scale: number, axis: ValueAxis): string[] {
  const name = String(label)
  if (width * scale < DIGIT * name.length) return []
  const x = round(PLOT.left + (left + width / 2) * scale)
  return [`<text class="cluster" x="${x}" y="${heightOf(axis, end) + 15}" text-anchor="middle">${name}</text>`]
}
