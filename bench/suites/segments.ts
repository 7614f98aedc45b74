import { writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readImage, segmentImage } from 'lloyd'
import { withFolder } from '../peers/lloyd-pass.js'
import { runPython, withoutAlpha } from '../peers/python.js'
import { measure, type NodeSuite, type Photo, type Row, summarize } from '../suite.js'

const script = fileURLToPath(new URL('../peers/superpixels.py', import.meta.url))
const SEGMENTS = 1000
const PEERS = ['OpenCV', 'scikit-image']

export const segmentsSuite: NodeSuite = {
  title: `superpixels (SLIC), ${SEGMENTS} asked for, 10 iterations`,
  notes: [
    'ms: warm median, from RGBA in memory to connected labels; of lloyd also colours, boxes and neighbours of the regions',
    'OpenCV: createSuperpixelSLIC of Lab and enforceLabelConnectivity; scikit-image: slic; by their own clocks',
  ],
  columns: [
    { key: 'image', heading: 'image' },
    { key: 'library', heading: 'library' },
    { key: 'milliseconds', heading: 'ms', decimals: 1 },
    { key: 'deviation', heading: '± MAD', decimals: 1 },
    { key: 'regions', heading: 'regions' },
    { key: 'remark', heading: 'remark' },
  ],
  packages: [],

  async run({ engine, images, repeats, report, wants }) {
    const library = `lloyd (${engine.backend})`
    const table: Row[] = []
    await withFolder(async (folder) => {
      for (const path of images) {
        const photo = { name: basename(path), ...(await readImage(path)) }
        const image = `${photo.name}, ${photo.width} × ${photo.height}`
        if (wants(library)) {
          report(`${image}, ${library}`)
          let regions = 0
          const { median, deviation, samples } = await measure(repeats, async () => {
            regions = (await segmentImage(engine, photo, { segments: SEGMENTS })).regions.count
          })
          table.push({ image, library, milliseconds: median, deviation, samples, regions })
        }
        for (const peer of PEERS.filter(wants)) {
          report(`${image}, ${peer}`)
          const timed = await timePeer(peer, photo as Photo, repeats, folder)
          if (!timed) {
            table.push({ image, library: peer, remark: 'not installed' })
            continue
          }
          const { median, deviation, samples } = summarize(timed.samples)
          table.push({ image, library: peer, milliseconds: median, deviation, samples, regions: timed.regions })
        }
      }
    })
    return table
  },
}

/** Milliseconds of each run of a peer (`LLOYD_PYTHON`, else python3), and its regions; null where it is not installed. */
async function timePeer(peer: string, { data, width, height }: Photo, repeats: number, folder: string) {
  const source = join(folder, 'source.rgb')
  await writeFile(source, withoutAlpha(data))
  const parameters = [peer, source, width, height, SEGMENTS, repeats]
  return await runPython<{ samples: number[]; regions: number }>(script, parameters)
}
