import type { ClusterDescription, Table } from 'lloyd'
import type { DescribedTable } from '../../tables/described-table.js'

/** What a page calls rows and clusters, in the singular; s makes the plural. */
export interface Nouns {
  row: string
  cluster: string
}

/** What the page is about. */
export interface Described {
  path: string
  read: Table
  table: DescribedTable
  /** Where the labels come from. */
  labels: string
  clusters: readonly ClusterDescription[]
  nouns: Nouns
}
