import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { type Panel, plotShapes } from '../plots/shapes.js'
import { adjustedRandIndex, methods } from '../shapes/methods.js'
import { makeShapes } from '../shapes/shapes.js'
import { measure, type NodeSuite, type Row } from '../suite.js'

const plateFile = fileURLToPath(new URL('../results/shapes.svg', import.meta.url))

export const shapesSuite: NodeSuite = {
  withoutImages: true,
  title: 'methods on points of known groups',
  notes: [
    'writes bench/results/shapes.svg',
    'ms: warm median, from an array to labels; k-means of 5 runs',
    'index: the adjusted Rand index of the labels and the true groups, noise being a group of its own',
  ],
  columns: [
    { key: 'shape', heading: 'shape' },
    { key: 'method', heading: 'method' },
    { key: 'clusters', heading: 'clusters' },
    { key: 'noise', heading: 'noise' },
    { key: 'index', heading: 'index', decimals: 3 },
    { key: 'milliseconds', heading: 'ms', decimals: 1 },
    { key: 'deviation', heading: '± MAD', decimals: 1 },
  ],
  packages: [],

  async run({ engine, repeats, report }) {
    const rows: Row[] = []
    const panels: Panel[] = []
    const shapes = makeShapes()
    for (const shape of shapes) {
      report(shape.name)
      for (const [method, cluster] of Object.entries(methods)) {
        const labels = await cluster(engine, shape)
        const { median, deviation } = await measure(repeats, () => cluster(engine, shape))
        const found = Array.from(labels)
        const index = shape.truth && adjustedRandIndex(labels, shape.truth)
        rows.push({
          shape: shape.name,
          method,
          clusters: new Set(found.filter((label) => label >= 0)).size,
          noise: found.filter((label) => label < 0).length,
          index,
          milliseconds: median,
          deviation,
        })
        const remarks: Panel['remarks'] = [
          index === null ? '' : Math.max(0, index).toFixed(2),
          `${median.toFixed(1)} ms`,
        ]
        panels.push({ shape: shape.name, method, points: shape.points, labels, remarks })
      }
    }
    const { description, software } = engine.adapter
    const device = engine.backend === 'cpu' ? 'CPU executor' : `${description}${software ? ', a software adapter' : ''}`
    const caption = [
      `${shapes[0].points.rows} points each: adjusted Rand index and warm median time, on ${cpus().length} cores of ${cpus()[0]?.model},`,
      device,
    ]
    writeFileSync(plateFile, plotShapes(panels, caption))
    return rows
  },
}
