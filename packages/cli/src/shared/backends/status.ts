import { type BackendStatus, type Capabilities, probeBackends } from "@wellbegun/core";
import { packageVersion } from "../versions.ts";
import { candidates } from "./candidates.ts";
import { packagedBackends } from "./packages.ts";

/** The report of `doctor` on one backend. Fields that need the backend are null if it is absent. */
export interface BackendReport {
  readonly name: string;
  readonly available: boolean;
  /** Whether `--backend auto` takes it here for a small job. */
  readonly automatic: boolean;
  /** Which jobs `--backend auto` gives it. */
  readonly suits: string;
  /** Versions of the packages that are installed of those that it needs, this one's and core's apart. */
  readonly versions: Readonly<Record<string, string>>;
  /** What runs the operations. */
  readonly device: string | null;
  /** Whether a GPU is software on the processor. */
  readonly software: boolean | null;
  readonly threads: number | null;
  /** Precision of sums over rows. */
  readonly accumulation: Capabilities["accumulation"] | null;
  /** Bytes of the largest matrix, and of all together; null also where nothing bounds them. */
  readonly maxMatrixBytes: number | null;
  readonly maxTotalBytes: number | null;
  /** Why it is not there. */
  readonly reason: string | null;
  /** What to do about it: the install command, and where it does not run. */
  readonly hint: string | null;
}

/** Starts every backend in turn. Never throws: an absent one is described by its reason. */
export async function examineBackends(): Promise<BackendReport[]> {
  return (await probeBackends(candidates)).map(reportOf);
}

function reportOf({
  name,
  available,
  automatic,
  suits,
  capabilities,
  refusal,
}: BackendStatus): BackendReport {
  const needed = packagedBackends.find((one) => one.name === name)?.packages ?? ["@wellbegun/core"];
  const versions = needed.map((one) => [one, packageVersion(one)] as const);
  return {
    name,
    available,
    automatic,
    suits,
    versions: Object.fromEntries(versions.filter(([, version]) => version !== "unknown")),
    device: capabilities?.device ?? null,
    software: capabilities === undefined ? null : (capabilities.software ?? false),
    threads: capabilities === undefined ? null : (capabilities.threads ?? 1),
    accumulation: capabilities === undefined ? null : (capabilities.accumulation ?? "float64"),
    maxMatrixBytes: capabilities?.maxMatrixBytes ?? null,
    maxTotalBytes: capabilities?.maxTotalBytes ?? null,
    reason: refusal?.reason ?? null,
    hint: refusal?.hint ?? null,
  };
}
