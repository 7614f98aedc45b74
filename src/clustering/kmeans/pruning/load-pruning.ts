import { assignments } from '../assignment.js'
import { PrunedAssignment } from './pruned-assignment.js'

/**
 * For pages: makes `kmeans` and `elbow` spare most distances of large sets from then on, with the same results, as they do in
 * Node and Deno by themselves.
 */
export function loadPruning(): void {
  assignments.kind = PrunedAssignment
}
