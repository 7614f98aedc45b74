import { formatBytes, formatQuantity, formatTime } from './numbers.js'

/** What is known about a finished image: the rows of the text, and an element of `images` in the JSON. */
export interface Report {
  input: string
  output: string
  /** Of the input. */
  format: string
  /** Of a frame. */
  width: number
  height: number
  /** Frames or pages in the input. */
  pages: number
  /** Those in the output. */
  frames: number
  uniqueColors: number
  /** Entries of the palette. */
  colors: number
  iterations: number
  mse: number
  inputBytes: number
  outputBytes: number
  /** Milliseconds of each stage. */
  stages: Record<string, number>
}

/** Of all images of a command line. */
export interface Summary {
  images: number
  /** Images that were quantized and written. */
  done: number
  inputBytes: number
  outputBytes: number
  /** Mean over the images done; null where none was. */
  mse: number | null
  milliseconds: number
}

export function describeReport(report: Report): string {
  const { width, height, frames, stages } = report
  const times = Object.entries(stages).map(([stage, time]) => `${stage} ${formatTime(time)}`)
  const size = `${width} × ${height}${frames > 1 ? `, ${formatQuantity(frames, 'frame')}` : ''}`
  return [
    `image     ${report.input}, ${size}, ${formatQuantity(report.uniqueColors, 'distinct colour')}`,
    `palette   ${formatQuantity(report.colors, 'colour')} after ${formatQuantity(report.iterations, 'iteration')}, mean squared error ${report.mse.toFixed(3)}`,
    `time      ${times.join(', ')}; ${formatTime(sum(Object.values(stages)))} in all`,
    `output    ${report.output}, ${formatShare(report)}`,
  ].join('\n')
}

function formatShare({ inputBytes, outputBytes }: { inputBytes: number; outputBytes: number }): string {
  const share = ((100 * outputBytes) / inputBytes).toFixed(0)
  return `${formatBytes(outputBytes)}, ${share} % of the input's ${formatBytes(inputBytes)}`
}

export function summarizeReports(reports: readonly Report[], images: number, milliseconds: number): Summary {
  return {
    images,
    done: reports.length,
    inputBytes: sum(reports.map((report) => report.inputBytes)),
    outputBytes: sum(reports.map((report) => report.outputBytes)),
    mse: reports.length > 0 ? sum(reports.map((report) => report.mse)) / reports.length : null,
    milliseconds,
  }
}

export function describeSummary(summary: Summary): string {
  const { images, done, mse, milliseconds } = summary
  const error = mse === null ? '' : `, mean squared error ${mse.toFixed(3)} in the mean`
  return `summary   ${done} of ${images} images${error}, ${formatShare(summary)}; ${formatTime(milliseconds)}`
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
