import type { Engine } from 'lloyd'
import type { Column, Row, SuiteTable } from './suite.js'

/** The measurements of a runtime. */
export interface Measured {
  backend: Engine['backend']
  adapter: Engine['adapter']
  rows: Row[]
}

/** The content of the JSON file. */
export interface Report extends Measured {
  suite: string
  /** `node` or `chrome`. */
  runtime: string
  date: string
  /** The git commit, with `+` when files differed from it; null outside a repository. */
  commit: string | null
  versions: Record<string, string>
  machine: { platform: string; processor: string; cores: number }
  /** Name of the photograph, or the number of photographs, if there are any. */
  photo?: { name: string; width: number; height: number } | { count: number }
  repeats: number
}

function describePhoto(photo: NonNullable<Report['photo']>): string {
  return 'count' in photo ? `${photo.count} images` : `${photo.name}, ${photo.width}×${photo.height}`
}

export function formatReport(report: Report, suite: SuiteTable): string {
  const { photo, versions, machine, repeats } = report
  const runtime = `${report.runtime} ${versions[report.runtime]}`
  return [
    `${report.suite}: ${suite.title}`,
    `${photo ? `${describePhoto(photo)} · ` : ''}${runtime} · ${machine.processor}, ${machine.cores} cores`,
    describeBackend(report),
    `lloyd ${versions.lloyd}${report.commit ? ` at ${report.commit.replace(/^(.{12})[^+]*/, '$1')}` : ''} · ${repeats} repeats`,
    '',
    formatTable(suite.columns, report.rows),
    '',
    ...suite.notes,
  ].join('\n')
}

function describeBackend({ backend, adapter }: Measured): string {
  const { vendor, architecture, description, software } = adapter
  const name = [vendor, architecture, description].filter(Boolean).join(' ') || 'an adapter without a name'
  if (backend === 'cpu') return 'CPU executor, no adapter: these are CPU times'
  if (software) return `WebGPU on ${name}, a SOFTWARE adapter: these are CPU times, not GPU times`
  return `WebGPU on ${name}`
}

function formatTable(columns: Column[], rows: Row[]): string {
  const cells = rows.map((row) => columns.map((column) => formatCell(row[column.key], column.decimals)))
  const headings = columns.map((column) => column.heading)
  const widths = columns.map((_, at) => Math.max(...[headings, ...cells].map((line) => line[at].length)))
  const numeric = columns.map((column) => rows.some((row) => typeof row[column.key] === 'number'))
  const formatLine = (line: string[]) =>
    line.map((cell, at) => (numeric[at] ? cell.padStart(widths[at]) : cell.padEnd(widths[at]))).join('  ')
  const rule = widths.map((width) => '─'.repeat(width)).join('  ')
  return [formatLine(headings), rule, ...cells.map(formatLine)].map((line) => line.trimEnd()).join('\n')
}

function formatCell(value: Row[string] | undefined, decimals = 0): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'number' ? value.toFixed(decimals) : String(value)
}
