import { adjacencyOf } from "../../data/adjacency.ts";
import type { RowTable } from "../../data/row-table.ts";
import { upload } from "../../data/upload.ts";
import { beginStage, type Run } from "../../pipeline/run.ts";
import type { Clustered } from "../cluster/cluster.ts";
import { type FittedProjection, fitProjection, projectItems, projectRows } from "./fit-projection.ts";
import { type Smoothing, smoothingUsers } from "./smooth.ts";

/** A clustered modality in the space where users are aggregated. */
export interface Projected extends Clustered {
  /** Projected items of this modality, or the prepared features where nothing is projected: I x d_m. */
  readonly items: RowTable;
  /** Centroids in the space of `items`: K x d_m, row-major. */
  readonly centroids: Float32Array;
  /** Undefined where nothing is projected. */
  readonly projection: ModalityProjection | undefined;
}

/** A modality's projection, with the report's facts on it. */
export interface ModalityProjection {
  /** Prepared features times this are `items`, before smoothing: D_m x d_m, row-major. */
  readonly matrix: Float32Array;
  /** The modalities that were projected together, side by side. */
  readonly group: readonly string[];
  /** Share of the squared norms that the projection keeps; undefined where that is not defined. */
  readonly explained: number | undefined;
}

/**
 * The stage `project`: maps the items and centroids of every modality to the space where users are aggregated.
 * Every later step is linear, so aggregating projected items gives the users' projections, at the smaller
 * width.
 */
export async function project(run: Run, modalities: readonly Clustered[]): Promise<Projected[]> {
  const { backend, options, combination, observer } = run;
  if (options.project === "none") return modalities.map(unprojected);
  const { dim, seed, damping } = options;
  const smoothing = smoothingOf(run);
  const projected = new Map<string, Projected>();
  for (const group of combination.projectedTogether) {
    await beginStage(run, "project", group.join("+"), 0, 1);
    const members = modalities.filter(({ modality }) => group.includes(modality));
    const parts = members.map(({ modality, blocks }) => ({
      modality,
      blocks,
      weight: group.length > 1 ? options.weights[modality]! : 1,
    }));
    const found = await fitProjection(
      backend,
      parts,
      {
        project: options.project,
        ...{ dim, seed, damping, smoothing },
        canonicalRidge: options.combine === "cca" ? options.ccaRidge : undefined,
      },
      observer,
    );
    for (const member of members) {
      projected.set(member.modality, await projectModality(run, member, group, found, smoothing));
    }
  }
  return modalities.map(({ modality }) => projected.get(modality)!);
}

/** The smoothing of the features that the options ask for. */
function smoothingOf({ options, input }: Run): Smoothing | undefined {
  if (options.smooth === 0) return undefined;
  return { weight: options.smooth, adjacency: adjacencyOf(input.train, smoothingUsers) };
}

function unprojected(clustered: Clustered): Projected {
  const { blocks, clustering } = clustered;
  return { ...clustered, items: blocks, centroids: clustering.centroids, projection: undefined };
}

async function projectModality(
  { backend, options, memory, keep }: Run,
  clustered: Clustered,
  group: readonly string[],
  { matrices, explained }: FittedProjection,
  smoothing: Smoothing | undefined,
): Promise<Projected> {
  const { modality, blocks, clustering } = clustered;
  const own = matrices[modality]!;
  const matrix = await upload(backend, own, blocks.columns, options.dim);
  try {
    const items = keep(await projectItems(backend, blocks, matrix, memory.itemBlockRows, smoothing));
    const centroids = await projectRows(backend, clustering.centroids, matrix);
    return { ...clustered, items, centroids, projection: { matrix: own, group, explained } };
  } finally {
    matrix.dispose();
  }
}
