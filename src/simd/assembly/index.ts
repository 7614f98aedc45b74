export { listMoves, packGroups } from './moves'
export { nearestDirect } from './nearest-direct'
export { nearestExpanded } from './nearest-expanded'
export { sumMoves } from './sums'
