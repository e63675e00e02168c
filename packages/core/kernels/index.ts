export { adam } from "./adam.ts";
export { assignRows, measureRows, settleRows } from "./assign.ts";
export { extendBasis, measureRests, rowSizes } from "./basis.ts";
export { centerCentroids, centroidDrift, meanCentroid } from "./centroids.ts";
export { assignedDistances, squaredDistances } from "./distances.ts";
export { gateBackward, gateRows } from "./gate.ts";
export { addParts, gramRows } from "./gram.ts";
export { infoNceRows, throughUnit } from "./info-nce.ts";
export { inverseIteration } from "./inverse-iteration.ts";
export { layerNormRows, layerNormSlopes, layerNormSums } from "./layer-norm.ts";
export { useScratch } from "./layout.ts";
export { copyBytes, zeroBytes } from "./memory.ts";
export { multiplyRows } from "./multiply.ts";
export { nearerRows, sketchRows, sumNearer, takeColumn } from "./nearer.ts";
export { packColumnPanels, packRowPanels } from "./pack.ts";
export { pairGradients, pairProducts } from "./pairs.ts";
export { quantizeRows } from "./quantize.ts";
export { rankCandidates } from "./rank-candidates.ts";
export { addScaled, columnMoments, rowNorms, scaleRows, transformRows } from "./rows.ts";
export { screenItems } from "./screen.ts";
export { sparseRows } from "./sparse.ts";
export { checkEntries } from "./sparse-entries.ts";
export { scaledRows, sparseSums } from "./sparse-sums.ts";
export { moveSums } from "./sums.ts";
export { addBias, gatherRows, scatterRows, weightedSum } from "./table-rows.ts";
export { offerItems, sortHeaps } from "./topk.ts";
export { multiplyTransposed } from "./transpose.ts";
export {
  applyReflections,
  divideBy,
  largestMagnitude,
  tridiagonalEigenvalues,
  tridiagonalize,
} from "./tridiagonal.ts";
