import { extname, resolve } from 'node:path'
import { describeRegions, encodePng, LloydError, type Segmented } from 'lloyd'
import { checkOutput, requireFile } from '../check-output.js'
import { identityOf } from '../same-file.js'
import { requirePipedInput, requireRedirectedOutput, STANDARD } from '../standard-io.js'
import { formatCsv } from '../views/csv.js'
import type { Job } from './plan.js'

/** Labels in 16 bits. */
const MOST_LABELS = 65_536

export interface SegmentFiles {
  output?: string
  table?: string
  labels?: string
  force?: boolean
  json?: boolean
}

/** Checks input and outputs before any work; throws an `InputError` where something cannot be read or written. */
export function planSegmentOutputs(input: string, options: SegmentFiles & { output: string }): Job {
  const { output, table, labels } = options
  const replace = options.force === true
  if (output === STANDARD && options.json) {
    throw new LloydError(
      'InputError',
      '--json and the image would both be written to standard output; name a file for the image with -o',
    )
  }
  requireEnding('-o', output, ['.png'])
  requireEnding('--table', table, ['.csv', '.json'])
  requireEnding('--labels', labels, ['.png'])
  if (input === STANDARD) requirePipedInput('lloyd segment - < photo.jpg > regions.png')
  else requireFile(input)
  const taken = new Map(input === STANDARD ? [] : [[identityOf(input), input]])
  for (const [option, path] of Object.entries({ '-o': output, '--table': table, '--labels': labels })) {
    if (path === undefined) continue
    if (path === STANDARD) {
      requireRedirectedOutput('lloyd segment photo.jpg -o - > regions.png')
      continue
    }
    const other = taken.get(identityOf(path))
    if (other !== undefined) {
      const what = resolve(other) === resolve(path) ? `${path} is named twice` : `${path} and ${other} are one file`
      throw new LloydError('InputError', `${what}; name another with ${option}`)
    }
    taken.set(identityOf(path), path)
    checkOutput(path, replace, option)
  }
  return { inputs: [input], output, format: 'png', replace }
}

function requireEnding(option: string, path: string | undefined, endings: readonly string[]): void {
  if (path === undefined || (path === STANDARD && option === '-o')) return
  if (endings.includes(extname(path).toLowerCase())) return
  throw new LloydError('InputError', `${option} takes a file that ends in ${endings.join(' or ')}, got '${path}'`)
}

/** The label of each pixel as a PNG of 16-bit grey. */
export async function encodeLabels({ labels, regions, width, height }: Segmented, signal: AbortSignal) {
  if (regions.count > MOST_LABELS) {
    throw new LloydError(
      'InputError',
      `there are ${regions.count} regions, and a PNG of 16-bit grey holds at most ${MOST_LABELS} labels; give a higher --min-area, or leave out --labels`,
    )
  }
  return await encodePng({ gray: new Uint16Array(labels), width, height }, { signal })
}

/** What is measured of the regions, as CSV, or as JSON by the ending of `path`. */
export function encodeTable(path: string, { regions, width, height }: Segmented): Uint8Array {
  const rows = describeRegions(regions)
  if (extname(path).toLowerCase() === '.json') {
    return new TextEncoder().encode(`${JSON.stringify({ width, height, regions: rows }, null, 1)}\n`)
  }
  const names = ['label', 'area', 'red', 'green', 'blue', 'alpha', 'x', 'y', 'left', 'top', 'width', 'height']
  function* lines() {
    for (const { label, area, color, centroid, box, perimeter, neighbors } of rows) {
      const list = neighbors.map((each) => `${each.label}:${each.border}`).join(' ')
      const place = [centroid.x, centroid.y, box.x, box.y, box.width, box.height]
      yield [label, area, ...color, ...place, perimeter, list]
    }
  }
  return new TextEncoder().encode(formatCsv([...names, 'perimeter', 'neighbors'], lines()))
}

/** Size of the image, number of regions, and their areas. */
export function summarize({ regions, width, height }: Segmented) {
  const areas = regions.areas.slice().sort()
  const last = areas.length - 1
  return {
    width,
    height,
    regions: regions.count,
    area: { least: areas[0], median: areas[last >> 1], most: areas[last] },
  }
}
