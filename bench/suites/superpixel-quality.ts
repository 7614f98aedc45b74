import { writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Engine, readImage, type Segmented, segmentImage } from 'lloyd'
import { withFolder } from '../peers/lloyd-pass.js'
import { runPython, withoutAlpha } from '../peers/python.js'
import type { NodeSuite, Photo, Row } from '../suite.js'

const script = fileURLToPath(new URL('../peers/superpixel_quality.py', import.meta.url))
const SEGMENTS = 400
const PEERS = ['OpenCV', 'scikit-image']
const MEASURES = ['cannyRecall', 'outlineRecall', 'undersegmentation', 'explained'] as const

type Measures = Record<(typeof MEASURES)[number], number>

export const superpixelQualitySuite: NodeSuite = {
  title: `quality of superpixels (SLIC), ${SEGMENTS} asked of the others, at most as many as theirs of lloyd; compactness 10`,
  notes: [
    'no truth is known of these photographs: boundary recall is of Canny’s edges, and of the outlines of reference regions',
    'reference regions: the connected parts of eight colours (OpenCV’s k-means); undersegmentation: what segments spill over them',
    'recall: share of edges within 2 pixels of a boundary; explained: share of the variation of CIELAB; last rows: means',
  ],
  columns: [
    { key: 'image', heading: 'image' },
    { key: 'library', heading: 'library' },
    { key: 'regions', heading: 'regions' },
    { key: 'cannyRecall', heading: 'recall, Canny', decimals: 4 },
    { key: 'outlineRecall', heading: 'recall, outlines', decimals: 4 },
    { key: 'undersegmentation', heading: 'undersegmentation', decimals: 4 },
    { key: 'explained', heading: 'explained', decimals: 4 },
  ],
  packages: [],

  async run({ engine, images, report }) {
    const table: Row[] = []
    await withFolder(async (folder) => {
      for (const path of images) {
        const photo = { name: basename(path), ...(await readImage(path)) } as Photo
        report(photo.name)
        table.push(...(await compare(engine, photo, folder)))
      }
    })
    return [...table, ...means(table)]
  },
}

/** Peers' superpixels of a photograph, lloyd's in at most their number, and the measures of all. */
async function compare(engine: Engine, photo: Photo, folder: string): Promise<Row[]> {
  const source = join(folder, 'source.rgb')
  await writeFile(source, withoutAlpha(photo.data))
  const python = <T>(...rest: (string | number)[]) => runPython<T>(script, [source, photo.width, photo.height, ...rest])
  const rows: { library: string; regions: number; file: string }[] = []
  for (const peer of PEERS) {
    const file = join(folder, `${peer}.labels`)
    const regions = await python<number>(peer, SEGMENTS, file)
    if (regions === null) continue
    const own = await atMost(engine, photo, regions)
    const library = `lloyd, beside ${peer}`
    rows.push({ library: peer, regions, file }, { library, regions: own.regions.count, file: `${file}.lloyd` })
    await writeFile(`${file}.lloyd`, own.labels)
  }
  const measures = await python<Measures[]>('measure', ...rows.map(({ file }) => file))
  if (!measures)
    throw new Error('this bench needs Python with scikit-image and SciPy, and OpenCV: LLOYD_PYTHON names it')
  return rows.map(({ library, regions }, at) => ({ image: photo.name, library, regions, ...measures[at] }))
}

/** Superpixels in at most this number. */
async function atMost(engine: Engine, photo: Photo, regions: number): Promise<Segmented> {
  for (let segments = regions; ; ) {
    const found = await segmentImage(engine, photo, { segments })
    if (found.regions.count <= regions) return found
    segments -= found.regions.count - regions
  }
}

function means(rows: Row[]): Row[] {
  return [...new Set(rows.map(({ library }) => library))].map((library) => {
    const own = rows.filter((row) => row.library === library)
    const mean = (key: string) => own.reduce((sum, row) => sum + Number(row[key]), 0) / own.length
    const measures = Object.fromEntries(MEASURES.map((key) => [key, mean(key)]))
    return { image: `mean of ${own.length}`, library, regions: Math.round(mean('regions')), ...measures }
  })
}
