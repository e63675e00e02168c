import { describe } from "../describe.ts";
import { whitenedWidth } from "../stages/project/canonical-axes.ts";
import { fillIn } from "./fill-in.ts";
import { refuseUnknownKeys } from "./known-keys.ts";
import type { MethodOptions, ResolvedOptions, StartCentroids } from "./method-options.ts";
import { checkValue, refuseOption } from "./rows.ts";
import { fitOptionNames, methodSchema } from "./schema.ts";

/** Width of each modality, by name. */
type Widths = Readonly<Record<string, number>>;

/**
 * Fills in the defaults and checks every option: against its row of the schema, the other options, and the
 * features' widths.
 *
 * @param widths Width of each modality that is given, by name.
 * @throws {WellbegunError} `invalid-option` naming the option, the allowed values and the given value.
 */
export function resolveOptions(options: MethodOptions, widths: Widths): ResolvedOptions {
  refuseUnknownKeys("reading the options", options, fitOptionNames);
  const filled = fillIn(options, chosenModalities(options.modalities, Object.keys(widths)));
  checkWeights(filled, options.weights);
  checkAxes(filled);
  if (filled.combine === "cca" && filled.project !== "pca") {
    refuseOption(
      "combine",
      "concat, mean or weighted, or project pca",
      `cca together with project ${filled.project}`,
    );
  }
  const clusters = { ...filled.clusters };
  for (const [name, start] of Object.entries(filled.centroids ?? {})) {
    checkCentroids(name, start, widths[name]!, namedClusters(options.clusters, name));
    clusters[name] = start.clusters;
  }
  refuseForgottenCentroids(options);
  checkSamples(filled, Math.max(...Object.values(clusters)));
  return {
    ...filled,
    clusters,
    dim: tableWidth(filled, options.dim, widths),
    restarts: options.restarts ?? defaultRestarts(filled.lambda),
  };
}

function checkSamples(sizes: Pick<ResolvedOptions, "initSize" | "sampleSize">, clusters: number): void {
  for (const name of ["initSize", "sampleSize"] as const) {
    const size = sizes[name];
    if (size !== undefined && size < clusters) {
      refuseOption(name, `a whole number >= ${clusters}, the number of clusters`, `${size}`);
    }
  }
  const { initSize, sampleSize } = sizes;
  if (initSize === undefined || sampleSize === undefined || initSize <= sampleSize) return;
  refuseOption("initSize", `at most ${sampleSize}, the sampleSize that seeds are drawn from`, `${initSize}`);
}

function chosenModalities(given: readonly string[] | undefined, known: readonly string[]): readonly string[] {
  if (given !== undefined) checkValue(methodSchema.modalities, "modalities", given);
  const names = given ?? known;
  if (names.length === 0) refuseOption("modalities", "at least one modality", "none");
  for (const name of names) {
    if (!known.includes(name)) refuseOption("modalities", `some of ${known.join(", ")}`, name);
    if (names.indexOf(name) !== names.lastIndexOf(name))
      refuseOption("modalities", "each once", `${name} twice`);
  }
  return [...names];
}

/** Smoothing and damping change the axes of a projection, so they need a projection. */
function checkAxes({ project, smooth, damping }: ResolvedOptions): void {
  const found = (value: number): string => `${value} together with project ${project}`;
  if (smooth > 0 && project === "none") refuseOption("smooth", "a projection, or 0", found(smooth));
  if (damping > 0 && project !== "pca") refuseOption("damping", "project pca, or 0", found(damping));
}

/** One run where no table depends on the clusters: more runs would only improve the report's inertia. */
function defaultRestarts(lambda: Readonly<Record<string, number>>): number {
  return Object.values(lambda).every((value) => value === 1) ? 1 : methodSchema.restarts.default;
}

function tableWidth(
  { combine, project, modalities }: ResolvedOptions,
  given: number | undefined,
  widths: Widths,
): number {
  const total = modalities.reduce((sum, name) => sum + widths[name]!, 0);
  const narrowest = Math.min(...modalities.map((name) => widths[name]!));
  const sideBySide = combine === "concat" || combine === "cca";
  const canonical = whitenedWidth(modalities.map((name) => widths[name]!));
  const width = combine === "cca" ? canonical : sideBySide ? total : narrowest;
  if (project === "none") {
    const uneven = modalities.find((name) => combine !== "concat" && widths[name] !== narrowest);
    if (uneven !== undefined) {
      const all = modalities.map((name) => `${name} ${widths[name]}`).join(", ");
      refuseOption("combine", `equal widths for ${combine} without projection`, all);
    }
    if (given !== undefined && given !== width) {
      refuseOption("dim", `${width} or no dim together with project none`, `${given}`);
    }
    return width;
  }
  if (given === undefined) return Math.min(methodSchema.dim.default, width);
  const what = sideBySide ? "the modalities side by side" : "the narrowest modality";
  if (given > width) refuseOption("dim", `at most ${width}, the width of ${what}`, `${given}`);
  return given;
}

function checkWeights(
  { combine, modalities, weighting }: ResolvedOptions,
  given: MethodOptions["weights"],
): void {
  if (weighting === "validation") {
    if (given !== undefined)
      refuseOption("weights", "no weights together with weighting validation", JSON.stringify(given));
    if (combine === "mean") refuseOption("weighting", "given together with combine mean", weighting);
    return;
  }
  if (combine === "mean" && Object.values(given ?? {}).some((weight) => weight !== 1)) {
    refuseOption("weights", "no weights other than 1 together with combine mean", JSON.stringify(given));
  }
  if (combine !== "weighted") return;
  const unweighted = modalities.find((name) => given === undefined || !Object.hasOwn(given, name));
  if (unweighted === undefined) return;
  const found = given === undefined ? "none" : `none for ${unweighted}`;
  refuseOption("weights", "a weight for each modality with combine weighted", found);
}

/** The number of clusters that is given for a modality by its name. */
function namedClusters(given: MethodOptions["clusters"], name: string): number | undefined {
  return typeof given === "object" && Object.hasOwn(given, name) ? given[name] : undefined;
}

function checkCentroids(name: string, start: StartCentroids, width: number, asked: number | undefined): void {
  const at = `centroids of ${name}`;
  if (!(start?.data instanceof Float32Array)) {
    refuseOption(at, "{ data, clusters } with data as a Float32Array", describe(start?.data ?? start));
  }
  const { data, clusters } = start;
  checkValue(methodSchema.clusters, `clusters of ${name}`, clusters);
  if (asked !== undefined && asked !== clusters) {
    refuseOption(`clusters of ${name}`, `${clusters}, the number of its given centroids`, `${asked}`);
  }
  if (data.length !== clusters * width) refuseOption(at, `${clusters} x ${width} values`, `${data.length}`);
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const found = `${data[bad]} at row ${Math.floor(bad / width)}, column ${bad % width}`;
    refuseOption(at, "finite values", found);
  }
}

/** Refuses a record of a run with given centroids if the centroids are not passed, since the run would differ. */
function refuseForgottenCentroids({ givenCentroids = [], centroids = {} }: MethodOptions): void {
  checkValue(methodSchema.givenCentroids, "givenCentroids", givenCentroids);
  for (const name of givenCentroids) {
    if (Object.hasOwn(centroids, name)) continue;
    refuseOption("centroids", `centroids of ${name}, which the recorded run was given`, "none");
  }
}
