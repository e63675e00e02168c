export { assignRows, measureRows, settleRows } from "./assign.ts";
export { extendBasis, measureRests, rowSizes } from "./basis.ts";
export { centerCentroids, centroidDrift, meanCentroid } from "./centroids.ts";
export { assignedDistances, squaredDistances } from "./distances.ts";
export { addParts, gramRows } from "./gram.ts";
export { inverseIteration } from "./inverse-iteration.ts";
export { useScratch } from "./layout.ts";
export { multiplyRows } from "./multiply.ts";
export { packColumnPanels, packRowPanels } from "./pack.ts";
export { addScaled, columnMoments, rowNorms, scaleRows, transformRows } from "./rows.ts";
export { checkEntries, sparseRows } from "./sparse.ts";
export { moveSums } from "./sums.ts";
export { offerItems, sortHeaps } from "./topk.ts";
export { multiplyTransposed, storeSums } from "./transpose.ts";
export {
  applyReflections,
  divideBy,
  largestMagnitude,
  tridiagonalEigenvalues,
  tridiagonalize,
} from "./tridiagonal.ts";
