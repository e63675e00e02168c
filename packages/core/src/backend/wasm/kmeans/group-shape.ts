import { MOST_GROUPS, roundUp, TILE_COLUMNS } from "../runtime/layout.ts";

/** How the centroids are grouped for the bounds of a row. */
export interface GroupShape {
  /** Bounds of a row, a multiple of a vector's 4; those beyond the last cluster's are not used. */
  readonly groups: number;
  /** Clusters that share a bound, in their order; a multiple of a panel's width. */
  readonly groupClusters: number;
}

/** The most that the bounds of a row take, as a share of the row. */
const MOST_SHARE = 1 / 4;

/**
 * A group for each panel, as far as the bounds stay short against the rows; with a basis (a capacity above 0) one group, since its
 * scores cost less than bounds would save.
 */
export function groupShape(columns: number, clusters: number, capacity: number): GroupShape {
  const panels = Math.ceil(clusters / TILE_COLUMNS);
  const most = capacity > 0 ? 1 : Math.min(MOST_GROUPS, Math.max(1, Math.floor(columns * MOST_SHARE)));
  const groupPanels = Math.ceil(panels / most);
  return { groups: roundUp(Math.ceil(panels / groupPanels), 4), groupClusters: groupPanels * TILE_COLUMNS };
}
