import type { Backend } from "./backend.ts";

/** A backend that `resolveBackend` may start. Core knows no package; the caller lists what it has. */
export interface BackendCandidate {
  /** The name under which users choose it: "wasm", "onnx:cpu". What stands before a colon names all that share it. */
  readonly name: string;
  /** Starts it; throws where it is not there. Called only once it is its turn. */
  readonly open: () => Promise<Backend>;
  /** Which jobs `auto` gives it. Default: {@link anyJob}. */
  readonly suits?: SelectionRule | undefined;
  /** The command that installs all that it needs. Default: nothing is to be installed. */
  readonly install?: string | undefined;
  /** Where it does not run and what it needs; shown where it is absent, or where its failure gives no hint. */
  readonly limits?: string | undefined;
}

/** What decides whether a backend is worth starting. */
export interface JobSizes {
  readonly items: number;
  /** Width of each modality's features. */
  readonly widths: readonly number[];
  /** The largest number of clusters of a modality. */
  readonly clusters: number;
}

/** A rule of `auto` for one candidate, asked before the candidate is started. */
export interface SelectionRule {
  /** The rule for people: "any job". */
  readonly text: string;
  /** Why `auto` leaves it out for a job of these sizes, which may be unknown; undefined where it may take it. */
  readonly refuses: (job: JobSizes | undefined) => SelectionRefusal | undefined;
}

/** Why a rule leaves a candidate out. */
export interface SelectionRefusal {
  readonly kind: "too-small" | "by-name";
  /** With the sizes that decided. */
  readonly reason: string;
}
