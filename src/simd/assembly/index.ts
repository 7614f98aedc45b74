export { stepAdam } from './adam'
export { packRowGroups, tryBlocks } from './candidates'
export { listCells } from './color-cells'
export { addArrays, countMarked, countRanks, countSlices, weighPixels } from './color-counts'
export { addNumbers, measureBlocks, placePoints, sumMoments } from './color-points'
export {
  hashPixels,
  labelPixels,
  labelSlots,
  listHashed,
  listMarked,
  markPixels,
} from './color-table'
export { addPopulations, addSums, assignSlices, mapSlices } from './colors'
export { diffuseRows } from './diffuse'
export { addPacked, measurePixelBlocks, packSlices, pickPixels } from './dithered'
export { joinMoves, nearestListed } from './listed'
export { listCentroids, markMoved } from './lists'
export { mixColors } from './mixes'
export { listMoves, packGroups } from './moves'
export { nearestDirect } from './nearest-direct'
export { nearestExpanded } from './nearest-expanded'
export { packWords } from './pack-pixels'
export { multiply } from './product'
export { sumMoves } from './sums'
export { addCells, assignCells } from './superpixels'
export { gatherRows, measureRows } from './training'
