import { roundUp, TILE_COLUMNS } from "../runtime/layout.ts";

/** Below this width, scoring the rows themselves is as fast as scoring coordinates. */
export const LEAST_COLUMNS = 256;
/** Most directions for few clusters; more do not save passes over the rows. */
const ENOUGH = 64;

/**
 * Most directions of a basis, or 0 where scoring the rows themselves is cheaper: coordinates must be short against
 * the rows, and there must be rows enough to share the time and the memory that the basis itself takes.
 */
export function basisCapacity(rows: number, columns: number, clusters: number): number {
  if (columns < LEAST_COLUMNS) return 0;
  const first = roundUp(clusters, TILE_COLUMNS);
  const most = Math.floor(columns / 4 / TILE_COLUMNS) * TILE_COLUMNS;
  const capacity = Math.min(most, Math.max(ENOUGH, 2 * first));
  return capacity >= first + TILE_COLUMNS && rows >= columns ? capacity : 0;
}
