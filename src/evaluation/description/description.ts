/** Names, sizes and figures of one cluster, or of the noise, as plain data. Rows and columns count from 0. */
export interface ClusterDescription {
  /** Its label; −1 is noise. */
  label: number | string
  /** Whether these are the rows of noise, which are no cluster: they have no medoid, typical rows or rule. */
  noise: boolean
  /** Number of rows, and their share of all. */
  size: number
  share: number
  /** What sets it apart, in a few words: `high steps, low breaks`. */
  title: string
  /** The same with figures in the units of the columns, as a sentence. */
  sentence: string
  /** Its columns, those with the largest difference in size first. */
  columns: ColumnDescription[]
  /**
   * Values of its categorical columns, those with the largest lift first: at most 20, of those that at least 5 % of its
   * rows have, or of the rest. None of columns in which none of its rows has a value.
   */
  categories: CategoryDescription[]
  /**
   * The row in its middle: that with the least sum of distances to the others, among the 64 nearest to its mean; in a
   * cluster of more than 4096 rows, to every n-th of them. Distances are Euclidean over columns scaled to standard
   * deviation 1, with 1 more under the root for each categorical column in which rows differ (Z. Huang, "Extensions to
   * the k-means algorithm", 1998).
   */
  medoid: number | null
  /** At most five further rows near the medoid, the nearest first. */
  typical: number[]
  /** At most five rows far from the medoid, the farthest first; of noise, far from the mean of all rows. */
  odd: number[]
  /** Conditions that rows of the cluster meet and others do not; null for noise and where no column tells them apart. */
  rule: ClusterRule | null
}

/** A column of numbers in one cluster and in the rest: all other rows, noise among them. */
export interface ColumnDescription extends ColumnSummary {
  column: number
  name: string
  least: number
  greatest: number
  /** The same of the rest; null where there is none. */
  rest: ColumnSummary | null
  /**
   * The mean less that of the rest, in pooled standard deviations: Hedges' g, which is Cohen's d corrected for few rows
   * (L. V. Hedges, "Distribution theory for Glass's estimator of effect size", 1981). The pooled deviation is at least
   * that of rounding to the least gap between values, so that columns which vary in neither have one. 0 where the column
   * is constant or there is no rest.
   */
  difference: number
  /**
   * Cliff's delta: the probability that a row has more than a row of the rest, less that of having less; from −1 to 1.
   * Neither skew nor outliers change it (N. Cliff, "Dominance statistics", 1993).
   */
  dominance: number
}

export interface ColumnSummary {
  mean: number
  /** Population standard deviation. */
  deviation: number
  median: number
  /** The first and the third, interpolated between rows. */
  quartiles: [number, number]
}

/** A value of a categorical column. Shares are of the rows that have a value there. */
export interface CategoryDescription {
  name: string
  value: string
  /** Number of rows of the cluster with the value. */
  count: number
  share: number
  /** Share of the rest; null where there is none. */
  restShare: number | null
  /**
   * Rows with the value over those expected from its share of all rows, ½ added to both, so that rare values do not lead
   * (G. N. Norén, J. Hopstadius and A. Bate, "Shrinkage observed-to-expected ratios", 2013).
   */
  lift: number
}

/**
 * A path of a decision tree (CART with Gini's impurity), grown for one cluster against the rest, from at most 4096 rows of
 * the cluster and 16 384 of the rest.
 */
export interface ClusterRule {
  /** All of them hold. */
  conditions: RuleCondition[]
  /** The conditions in words: `steps > 9000 and breaks <= 2`. */
  text: string
  /** Share of the rows meeting the rule that are of the cluster, and share of its rows that meet the rule. */
  precision: number
  recall: number
  /**
   * The same for rows that the rule was not grown from: each of five parts, or fewer where the cluster or the rest has
   * fewer rows, is held out from a tree grown on the others, and the rows of all parts are counted together. What to
   * expect of new rows that are like these. Null where the cluster or the rest has one row; without precision where no
   * rows meet such rules.
   */
  heldOut: { precision: number | null; recall: number | null }
}

export type RuleCondition =
  | { name: string; column: number; operator: '<=' | '>'; threshold: number }
  | { name: string; column: null; operator: '=' | '!='; value: string }
