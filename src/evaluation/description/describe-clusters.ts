import { ANY_COLUMNS, checkMatrix, notFinite, rowsToMatrix } from '../../data/matrix.js'
import { LloydError } from '../../engine/error.js'
import { DESCRIBE_CLUSTERS } from '../../options/description.js'
import { readOptions } from '../../options/table.js'
import type { Matrix, TypedArray } from '../../types.js'
import type { PointLabels } from '../contingency.js'
import {
  type Categories,
  type CategoryColumn,
  describeCategories,
  profileCategories,
  readCategories,
} from './category-profile.js'
import { findCentralRows } from './central-rows.js'
import { type ColumnProfile, profileColumn } from './column-profile.js'
import type { ClusterDescription, ColumnDescription } from './description.js'
import { type Groups, groupRows } from './groups.js'
import { listFeatures } from './rule-features.js'
import { findRule } from './rules.js'
import { type Nouns, nameClusters } from './sentences.js'
import { listTraits } from './traits.js'

export interface DescribeClustersOptions {
  /** Names of the columns. Default: `column 1`, `column 2`, … */
  names?: readonly string[]
  /**
   * Categorical columns by name, with a value for each row: texts, numbers or booleans; null, undefined and the empty
   * text are none.
   */
  categories?: Categories
  /** Most splits on the way to a leaf of the trees that rules are read from, 0 for no rules. Default: 3. */
  ruleDepth?: number
  /** Seed of the rows that rules are grown from and held out against. Default: 0. */
  seed?: number
}

/**
 * Describes every cluster so that a person can check it: what sets it apart in words and figures, its middle, typical and
 * odd rows, and a rule that its rows meet. The same call gives the same result on every machine, up to rounding of
 * logarithms; times grow with rows × columns × log rows.
 *
 * @param points rows of numbers, in the units to be told; no columns are allowed where there are `categories`
 * @param labels cluster of each row, integers or strings; −1 is noise, which is described as that
 * @returns a description of each cluster in ascending order of labels, integers before strings; noise is the last
 * @throws LloydError `InputError` for NaN and infinity (with row and column), for labels that are neither integers nor
 *   strings, and where rows, labels, names and categories differ in number
 */
export function describeClusters(
  points: Matrix<TypedArray> | readonly ArrayLike<number>[],
  labels: PointLabels,
  options: DescribeClustersOptions = {},
): ClusterDescription[] {
  return describeRows(points, labels, options, { row: 'row', cluster: 'cluster' })
}

/** The same with other nouns in titles and sentences. */
export function describeRows(
  points: Matrix<TypedArray> | readonly ArrayLike<number>[],
  labels: PointLabels,
  options: DescribeClustersOptions,
  nouns: Nouns,
): ClusterDescription[] {
  const { names, categories = {}, ruleDepth, seed } = readOptions('describeClusters', options, DESCRIBE_CLUSTERS)
  const matrix = readPoints(points, Object.keys(categories).length > 0)
  const columnNames = nameColumns(names, matrix.columns)
  const groups = groupRows(labels, matrix.rows)
  const categorical = readCategories(categories, matrix.rows)
  const columns = columnNames.map((name, column) => ({ name, values: columnOf(matrix, column) }))
  const profiles = columns.map(({ values }, column) => profileColumn(values, groups, column))
  const { clusters: values, modes } = profileCategories(categorical, groups)
  const central = findCentralRows(spaceOf(matrix, profiles, categorical), groups, centersOf(groups, profiles, modes))
  const features = listFeatures(columns, categorical)
  const described = groups.labels.map((label, code) => ({
    label,
    noise: code === groups.noise,
    size: groups.sizes[code],
    share: groups.sizes[code] / matrix.rows,
    columns: rankColumns(columnNames, profiles, code),
    categories: describeCategories(values[code]),
    ...central[code],
    rule: code === groups.noise ? null : findRule(features, groups, code, { depth: ruleDepth, seed }),
  }))
  const words = nameClusters(
    described.map(({ size, share, noise, columns }, code) => ({
      ...{ size, share, noise },
      traits: listTraits(
        columns,
        values[code],
        { own: size, rest: matrix.rows - size },
        (column) => profiles[column].isIndicator,
      ),
    })),
    nouns,
  )
  return described.map(({ label, noise, size, share, ...rest }, at) => ({
    label,
    noise,
    size,
    share,
    ...words[at],
    ...rest,
  }))
}

/** Points as a matrix of finite numbers, which may have no columns where there are categorical ones. */
function readPoints(
  points: Matrix<TypedArray> | readonly ArrayLike<number>[],
  categorical: boolean,
): Matrix<TypedArray> {
  if (categorical && Array.isArray(points) && points.length > 0 && points.every((row) => row?.length === 0)) {
    return { data: new Float64Array(), rows: points.length, columns: 0 }
  }
  const given = points as Matrix<TypedArray>
  if (categorical && given?.columns === 0 && Number.isInteger(given.rows) && given.rows > 0) return given
  const matrix = Array.isArray(points)
    ? rowsToMatrix(points, 'points', ANY_COLUMNS)
    : checkMatrix(given, 'points', ANY_COLUMNS)
  const { data, columns } = matrix
  for (let at = 0; at < data.length; at++) {
    if (!Number.isFinite(data[at])) throw notFinite('points', data[at], Math.floor(at / columns), at % columns)
  }
  return matrix
}

function nameColumns(names: readonly string[] | undefined, columns: number): readonly string[] {
  if (names === undefined) return Array.from({ length: columns }, (_, column) => `column ${column + 1}`)
  if (names.length === columns) return names
  throw new LloydError('InputError', `got ${names.length} names for ${columns} columns; give one for each`)
}

function columnOf({ data, rows, columns }: Matrix<TypedArray>, column: number): Float64Array {
  const values = new Float64Array(rows)
  for (let row = 0, at = column; row < rows; row++, at += columns) values[row] = data[at]
  return values
}

/** Columns are scaled to standard deviation 1; constant ones do not count. */
function spaceOf(
  points: Matrix<TypedArray>,
  profiles: readonly ColumnProfile[],
  categories: readonly CategoryColumn[],
) {
  return {
    points,
    categories,
    scales: Float64Array.from(profiles, ({ deviation }) => (deviation > 0 ? 1 / deviation : 0)),
  }
}

/** The means and most frequent values of every cluster; of noise, those of all rows. */
function centersOf(
  { labels, noise }: Groups,
  profiles: readonly ColumnProfile[],
  modes: readonly { clusters: number[]; all: number }[],
) {
  return labels.map((_, code) => ({
    coordinates: profiles.map(({ clusters, mean }) => (code === noise ? mean : clusters[code].mean)),
    categories: modes.map(({ clusters, all }) => (code === noise ? all : clusters[code])),
  }))
}

function rankColumns(names: readonly string[], profiles: readonly ColumnProfile[], code: number): ColumnDescription[] {
  const strength = ({ difference }: ColumnDescription) => Math.abs(difference)
  return profiles
    .map(({ clusters }, column) => ({ column, name: names[column], ...clusters[code] }))
    .sort((a, b) => strength(b) - strength(a) || Math.abs(b.dominance) - Math.abs(a.dominance))
}
