import {
  createEngine,
  describeRegions,
  type Engine,
  type QuantizeImage,
  type SegmentImageOptions,
  segmentImage,
} from 'lloyd'

/** The RGBA bytes at `url`, to segment with each of `cases`. */
export interface SegmentRequest {
  url: string
  width: number
  height: number
  cases: SegmentImageOptions[]
}

export interface SegmentAnswer {
  backend: string
  /** For each of `cases` the region of each pixel, and what is known of the regions. */
  results: { labels: number[]; regions: ReturnType<typeof describeRegions> }[]
}

/** Superpixels, and the parts of a few colours. */
export const segmentCases: SegmentImageOptions[] = [
  { segments: 40 },
  { segments: 7, compactness: 2 },
  { k: 6, minArea: 3 },
]

export async function segmentInBrowser({ url, width, height, cases }: SegmentRequest): Promise<SegmentAnswer> {
  const data = new Uint8ClampedArray(await (await fetch(url)).arrayBuffer())
  const engine = await createEngine({ backend: 'webgpu' })
  try {
    return await segmentAll(engine, { data, width, height }, cases)
  } finally {
    engine.destroy()
  }
}

export async function segmentAll(
  engine: Engine,
  image: QuantizeImage,
  cases: readonly SegmentImageOptions[],
): Promise<SegmentAnswer> {
  const answer: SegmentAnswer = { backend: engine.backend, results: [] }
  for (const options of cases) {
    const { labels, regions } = await segmentImage(engine, image, options)
    answer.results.push({ labels: [...labels], regions: describeRegions(regions) })
  }
  return answer
}
