import { MOST_GROUPS, roundUp, TILE_COLUMNS } from "../runtime/layout.ts";
import { basisCapacity } from "./basis-capacity.ts";

/** How an assignment scores its rows, and how centroids are grouped for the bounds of a row. */
export interface AssignmentShape {
  /** Most directions of the basis; 0 without one. */
  readonly capacity: number;
  /** Whether rows are scored as 16-bit integers; else in the basis or, without one, as they are. */
  readonly integers: boolean;
  /** Bounds of a row, a multiple of a vector's 4; those beyond the last cluster's are not used. */
  readonly groups: number;
  /** Clusters that share a bound, in their order: 1, or a multiple of a panel's width. */
  readonly groupClusters: number;
}

/** Up to this many clusters, float32 products of unpacked rows take less than integers and more bounds save. */
const FEW_CLUSTERS = 16;

/** The most that the bounds of a row take, as a share of the row. */
const MOST_SHARE = 1 / 4;

/**
 * The shape of an assignment. With a basis, rows have one bound, since scores in it cost less than more bounds would save; otherwise
 * a bound for each centroid as far as these stay short against the rows, or else for each few panels. Up to 16 clusters
 * have a bound for each panel.
 *
 * @param gathered Whether rows are not in memory, so that a basis pays for every pass over them that it saves.
 */
export function assignmentShape(
  rows: number,
  columns: number,
  clusters: number,
  gathered: boolean,
): AssignmentShape {
  const most = Math.floor(columns * MOST_SHARE);
  const panels = Math.ceil(clusters / TILE_COLUMNS);
  const capacity = basisCapacity(rows, columns, clusters);
  const narrow = capacity < 2 * panels * TILE_COLUMNS;
  const few = clusters <= FEW_CLUSTERS;
  if (!few && clusters <= most && narrow && !(gathered && capacity > 0)) {
    return { capacity: 0, integers: true, groups: roundUp(clusters, 4), groupClusters: 1 };
  }
  const groupPanels = Math.ceil(panels / (capacity > 0 ? 1 : Math.min(MOST_GROUPS, Math.max(1, most))));
  return {
    capacity,
    integers: capacity === 0 && !few,
    groups: roundUp(Math.ceil(panels / groupPanels), 4),
    groupClusters: groupPanels * TILE_COLUMNS,
  };
}
