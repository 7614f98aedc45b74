import type { Engine } from 'lloyd'
import { median, medianAbsoluteDeviation } from 'simple-statistics'

export interface Photo {
  name: string
  /** RGBA, decoded before anything is timed. */
  data: Uint8ClampedArray<ArrayBuffer>
  width: number
  height: number
}

/** The context of a suite, in a page or in Node. */
export interface SuiteContext {
  engine: Engine
  photo: Photo
  repeats: number
  /** Reports the work being timed. */
  report(line: string): void
}

/** One line of the table; arrays and what no column names go to the JSON only. */
export type Row = Record<string, string | number | number[] | null>

export interface Column {
  key: string
  heading: string
  /** Decimals of a number; an integer is printed as it is. */
  decimals?: number
}

/** The columns and notes of a table. */
export interface SuiteTable {
  title: string
  /** Printed under the table: what was timed and how. */
  notes: string[]
  columns: Column[]
  /** npm packages whose versions belong to the result. */
  packages: string[]
}

/**
 * A benchmark. `run` works in a page and in Node, so it reaches lloyd by its public entry and imports no `node:` module.
 * To add one: write bench/suites/<name>.ts and name it in bench/suites/index.ts.
 */
export interface Suite extends SuiteTable {
  run(context: SuiteContext): Promise<Row[]>
  /** Work that only Node can run; it is timed there in both modes, and the rows say so. */
  runInNode?(context: SuiteContext): Promise<Row[]>
}

/** The context of a suite that runs only in Node. */
export interface NodeContext extends Pick<SuiteContext, 'engine' | 'repeats' | 'report'> {
  /** Paths of the images. */
  images: string[]
  /** Whether to measure a library. */
  wants(library: string): boolean
}

/**
 * A benchmark of many or large images, or with peers that only Node can start: it runs in Node and reads its images
 * itself. To add one: write bench/suites/<name>.ts and name it in bench/suites/node.ts.
 */
export interface NodeSuite extends SuiteTable {
  /** Whether the work is on points alone, so that reports name no images. */
  withoutImages?: boolean
  run(context: NodeContext): Promise<Row[]>
}

export interface Timing {
  /** Milliseconds. */
  median: number
  /** Median absolute deviation, milliseconds. */
  deviation: number
  samples: number[]
}

const warmups = 2

/** Times warm runs of `work`: two that do not count, then `repeats` that do. */
export async function measure(repeats: number, work: () => unknown): Promise<Timing> {
  const samples: number[] = []
  for (let run = -warmups; run < repeats; run++) {
    const start = performance.now()
    await work()
    if (run >= 0) samples.push(performance.now() - start)
  }
  return summarize(samples)
}

export function summarize(samples: number[]): Timing {
  return { median: median(samples), deviation: medianAbsoluteDeviation(samples), samples }
}

/** Summed over red, green and blue, mean over pixels. */
export function meanSquaredError(photo: Photo, output: (pixel: number, channel: number) => number): number {
  const pixels = photo.width * photo.height
  let sum = 0
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let channel = 0; channel < 3; channel++) sum += (photo.data[4 * pixel + channel] - output(pixel, channel)) ** 2
  }
  return sum / pixels
}
