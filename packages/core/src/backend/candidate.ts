import type { Backend } from "./backend.ts";

/**
 * A backend that `resolveBackend` may start. The caller lists its candidates, since core knows no backend
 * packages.
 */
export interface BackendCandidate {
  /**
   * The name under which users choose it: "wasm", "onnx:cpu". The part before a colon is the name of a family
   * of candidates.
   */
  readonly name: string;
  /** Starts the backend; throws where it cannot start. Called only when the candidates before it were not taken. */
  readonly open: () => Promise<Backend>;
  /** The jobs for which `auto` takes it. Default: {@link anyJob}. */
  readonly suits?: SelectionRule | undefined;
  /** The command that installs its packages. Default: none, it needs no installation. */
  readonly install?: string | undefined;
  /** Where it does not run and what it needs. Shown where the backend is absent, or where its error has no hint. */
  readonly limits?: string | undefined;
}

/** The sizes of a job, by which `auto` decides whether a backend is worth starting. */
export interface JobSizes {
  readonly items: number;
  /** Width of each modality's features. */
  readonly widths: readonly number[];
  /** The largest number of clusters of a modality. */
  readonly clusters: number;
}

/** A rule of `auto` for one candidate, evaluated before the candidate is started. */
export interface SelectionRule {
  /** The rule for people: "any job". */
  readonly text: string;
  /**
   * Why `auto` does not take the candidate for a job of these sizes (undefined if unknown); undefined where it
   * may.
   */
  readonly refuses: (job: JobSizes | undefined) => SelectionRefusal | undefined;
}

/** Why a rule leaves a candidate out. */
export interface SelectionRefusal {
  readonly kind: "too-small" | "by-name";
  /** The reason, with the sizes that decided. */
  readonly reason: string;
}
