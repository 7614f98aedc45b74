import { basename } from 'node:path'
import type { Quality } from '../images/image-quality.js'
import { formatBytes, formatQuantity, formatTime } from '../numbers.js'
import { inputName, outputName } from '../standard-io.js'
import { formatPanels } from './summary.js'

/** The report on a finished image: the lines of the text, and an element of `images` in the JSON. */
export interface Report {
  input: string
  output: string
  /** Format of the input. */
  format: string
  /** Width of a frame, in pixels. */
  width: number
  height: number
  /** Number of frames or pages in the input. */
  pages: number
  /** Number of frames in the output. */
  frames: number
  /** Number of distinct colours of all images that share the palette. */
  uniqueColors: number
  /** Number of entries of the palette. */
  colors: number
  iterations: number
  /** Mean squared error against the decoded file. */
  mse: number
  /** Mean squared error in Oklab; null where the output cannot hold the alpha of the file. */
  oklabMse: number | null
  inputBytes: number
  outputBytes: number
  /** Milliseconds of each stage; stages common to images that share a palette are divided equally. */
  stages: Record<string, number>
  /** Quality measures, with `--report`. */
  quality?: Quality
}

/** The summary of all images of a command line. */
export interface Summary {
  images: number
  /** Number of images that were quantized and written. */
  done: number
  /** Number of images that `--skip-if-larger` left out. */
  skipped: number
  inputBytes: number
  outputBytes: number
  /** Mean squared error, averaged over the images done; null where none was. */
  mse: number | null
  milliseconds: number
}

export function describeReport(report: Report): string {
  const { width, height, frames, stages } = report
  const times = Object.entries(stages).map(([stage, time]) => `${stage} ${formatTime(time)}`)
  const size = `${width} × ${height}${frames > 1 ? `, ${formatQuantity(frames, 'frame')}` : ''}`
  return [
    `image     ${inputName(report.input)}, ${size}, ${formatQuantity(report.uniqueColors, 'distinct colour')}`,
    `palette   ${formatQuantity(report.colors, 'colour')} after ${formatQuantity(report.iterations, 'iteration')}, mean squared error ${report.mse.toFixed(3)}`,
    `time      ${times.join(', ')}; ${formatTime(sum(Object.values(stages)))} in all`,
    `output    ${outputName(report.output)}, ${formatShare(report)}`,
  ].join('\n')
}

function formatShare({ inputBytes, outputBytes }: { inputBytes: number; outputBytes: number }): string {
  const share = ((100 * outputBytes) / inputBytes).toFixed(0)
  return `${formatBytes(outputBytes)}, ${share} % of the input's ${formatBytes(inputBytes)}`
}

export function summarizeReports(
  reports: readonly Report[],
  skipped: number,
  images: number,
  milliseconds: number,
): Summary {
  return {
    images,
    done: reports.length,
    skipped,
    inputBytes: sum(reports.map((report) => report.inputBytes)),
    outputBytes: sum(reports.map((report) => report.outputBytes)),
    mse: reports.length > 0 ? sum(reports.map((report) => report.mse)) / reports.length : null,
    milliseconds,
  }
}

export function describeSummary(summary: Summary): string {
  const { images, done, skipped, mse, milliseconds } = summary
  const error = mse === null ? '' : `, mean squared error ${mse.toFixed(3)} on average`
  const left = skipped === 0 ? '' : `, ${skipped} skipped`
  return `summary   ${done} of ${images} images${left}${error}, ${formatShare(summary)}; ${formatTime(milliseconds)}`
}

/** A table of quality, sizes and times, one image per row, with means where there are several. */
export function formatReportTable(reports: readonly Report[]): string {
  const stages = [...new Set(reports.flatMap((report) => Object.keys(report.stages)))].filter(
    (stage) => stage !== 'engine',
  )
  const columns: [string, (report: Report) => number | null, (value: number) => string][] = [
    ['colours', (report) => report.colors, (value) => value.toFixed(0)],
    ['MSE', (report) => report.mse, (value) => value.toFixed(3)],
    ['Oklab MSE', (report) => report.oklabMse, (value) => value.toExponential(2)],
    ['PSNR dB', (report) => report.quality?.psnr ?? null, (value) => value.toFixed(2)],
    ['SSIM', (report) => report.quality?.ssim ?? null, (value) => value.toFixed(4)],
    ['ΔE2000', (report) => report.quality?.deltaE ?? null, (value) => value.toFixed(3)],
    ['before', (report) => report.inputBytes, formatBytes],
    ['after', (report) => report.outputBytes, formatBytes],
    ...stages.map((stage): (typeof columns)[number] => [stage, (report) => report.stages[stage] ?? null, formatTime]),
  ]
  const rows = reports.map((report) => [
    basename(outputName(report.output)),
    ...columns.map(([, read, format]) => formatOptional(read(report), format)),
  ])
  const means = columns.map(([, read, format]) => {
    const values = reports.map(read).filter((value) => value !== null)
    return formatOptional(values.length > 0 ? sum(values) / values.length : null, format)
  })
  const heading = ['report', ...columns.map(([name]) => name)]
  return formatPanels([heading, ...rows, ...(reports.length > 1 ? [['mean', ...means]] : [])])
}

function formatOptional(value: number | null, format: (value: number) => string): string {
  return value === null ? '–' : format(value)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
