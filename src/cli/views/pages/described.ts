import type { ClusterDescription, Table } from 'lloyd'
import type { DescribedTable } from '../../tables/described-table.js'

/** What the page is about. */
export interface Described {
  path: string
  read: Table
  table: DescribedTable
  /** Where the labels come from. */
  labels: string
  clusters: readonly ClusterDescription[]
}
