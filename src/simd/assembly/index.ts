export { stepAdam } from './adam'
export { boundRows } from './bounded'
export { padRows } from './bounded-all'
export { packRowGroups, tryBlocks } from './candidates'
export { listCells } from './color/color-cells'
export { addArrays, countMarked, countRanks, countSlices, weighPixels } from './color/color-counts'
export { addNumbers, measureBlocks, placePoints, sumMoments } from './color/color-points'
export {
  hashPixels,
  labelPixels,
  labelSlots,
  listHashed,
  listMarked,
  markPixels,
} from './color/color-table'
export { addPopulations, addSums, assignSlices, mapSlices } from './color/colors'
export { diffuseRows } from './color/diffuse'
export { addPacked, measurePixelBlocks, packSlices, pickPixels } from './color/dithered'
export { mixColors } from './color/mixes'
export { packWords } from './color/pack-pixels'
export { addCells } from './color/superpixel-cells'
export { assignCells } from './color/superpixels'
export { packFitPoints } from './fit-points'
export { seedRuns } from './fit-seeds'
export { advanceRuns } from './fits'
export { joinMoves, nearestListed } from './listed'
export { listCentroids, markMoved } from './lists'
export { measureMotion, updateMeans } from './means'
export { compareSlice } from './mean-distances'
export { mixtureDensities, mixtureMoments } from './mixtures'
export { listMoves, packGroups } from './moves'
export { nearestDirect } from './nearest-direct'
export { nearestExpanded } from './nearest-expanded'
export { describeColumns, measureDistances, measureRowsTo } from './points'
export { multiply } from './product'
export { scanPoints } from './scan'
export { sumMoves } from './sums'
export { compareSwaps } from './swaps'
export { gatherRows, measureRows } from './training'
