import { WellbegunError } from "./errors.ts";
import {
  type Combine,
  choices,
  defaultDim,
  type MethodOptions,
  type Normalization,
  type PerModality,
  type Projection,
  presets,
  type ResolvedOptions,
  type StartCentroids,
} from "./options.ts";

/**
 * Fills in the defaults and checks every option against the features' widths.
 *
 * @param widths Width of each modality that is given, by name.
 * @throws {WellbegunError} `invalid-option` naming the option, what it may be and what it was.
 */
export function resolveOptions(
  options: MethodOptions,
  widths: Readonly<Record<string, number>>,
): ResolvedOptions {
  const known = Object.keys(widths);
  const names = options.modalities ?? known;
  if (names.length === 0) refuse("modalities", "at least one modality", "none");
  for (const name of names) {
    if (!known.includes(name)) refuse("modalities", `some of ${known.join(", ")}`, name);
    if (names.indexOf(name) !== names.lastIndexOf(name)) refuse("modalities", "each once", `${name} twice`);
  }
  const preset = choice("preset", options.preset ?? "default", choices.preset);
  const combine = choice("combine", options.combine ?? "concat", choices.combine);
  const project = choice("project", options.project ?? "pca", choices.project);
  checkWeights(combine, options.weights, names);

  const byDefault = presets[preset];
  const clusters: Record<string, number> = {};
  const lambda: Record<string, number> = {};
  const normalization: Record<string, Normalization> = {};
  const weights: Record<string, number> = {};
  for (const name of names) {
    const start = options.centroids?.[name];
    if (start !== undefined) checkCentroids(name, start, widths[name]!);
    const own = <T>(option: string, value: PerModality<T> | undefined, fallback: T): T =>
      perModality(option, value, name, names, fallback);
    const count = start?.clusters ?? own("clusters", options.clusters, byDefault.clusters);
    clusters[name] = wholeNumber(`clusters of ${name}`, count, 1);
    lambda[name] = within(`lambda of ${name}`, own("lambda", options.lambda, byDefault.lambda), 0, 1);
    const term = own("normalization", options.normalization, byDefault.normalization);
    normalization[name] = choice(`normalization of ${name}`, term, choices.normalization);
    weights[name] = options.weights?.[name] ?? 1;
  }
  for (const name of Object.keys(options.centroids ?? {})) {
    if (!names.includes(name)) refuse("centroids", `some of ${names.join(", ")}`, name);
  }
  for (const name of options.givenCentroids ?? []) {
    if (options.centroids?.[name] !== undefined) continue;
    refuse("centroids", `centroids of ${name}, which the recorded run was given`, "none");
  }

  return {
    preset,
    modalities: [...names],
    prepare: choice("prepare", options.prepare ?? "center+l2", choices.prepare),
    clusters,
    lambda,
    normalization,
    combine,
    weights,
    project,
    dim: tableWidth(options, combine, project, names, widths),
    smooth: projected(
      "smooth",
      options.smooth,
      Number.MAX_VALUE,
      project,
      "a projection",
      project !== "none",
    ),
    damping: projected("damping", options.damping, 1, project, "project pca", project === "pca"),
    scale: choice("scale", options.scale ?? "xavier", choices.scale),
    seed: wholeNumber("seed", options.seed ?? 999, 0),
    restarts: wholeNumber("restarts", options.restarts ?? defaultRestarts(lambda), 1),
    ...(options.initSize === undefined ? {} : { initSize: checkedInitSize(options.initSize, clusters) }),
    maxIterations: wholeNumber("maxIterations", options.maxIterations ?? 100, 0),
    tolerance: within("tolerance", options.tolerance ?? 1e-4, 0, Number.MAX_VALUE),
    zeroRows: choice("zeroRows", options.zeroRows ?? "missing", ["missing", "keep"] as const),
    ...(Object.keys(options.centroids ?? {}).length === 0 ? {} : { centroids: options.centroids! }),
  };
}

/** An option from 0 to `most` that does nothing at 0, and needs a projection of some kind otherwise. */
function projected(
  option: string,
  value: number = 0,
  most: number,
  project: Projection,
  needed: string,
  given: boolean,
): number {
  const checked = within(option, value, 0, most);
  if (checked > 0 && !given) refuse(option, `${needed}, or 0`, `${checked} together with project ${project}`);
  return checked;
}

/** One run where the clusters reach no table: more would only polish what is reported. */
function defaultRestarts(lambda: Readonly<Record<string, number>>): number {
  return Object.values(lambda).every((value) => value === 1) ? 1 : 5;
}

function checkedInitSize(initSize: number, clusters: Readonly<Record<string, number>>): number {
  return wholeNumber("initSize", initSize, Math.max(...Object.values(clusters)));
}

function tableWidth(
  options: MethodOptions,
  combine: Combine,
  project: Projection,
  names: readonly string[],
  widths: Readonly<Record<string, number>>,
): number {
  const total = names.reduce((sum, name) => sum + widths[name]!, 0);
  const narrowest = Math.min(...names.map((name) => widths[name]!));
  const width = combine === "concat" ? total : narrowest;
  if (project === "none") {
    const uneven = names.find((name) => combine !== "concat" && widths[name] !== narrowest);
    if (uneven !== undefined) {
      const all = names.map((name) => `${name} ${widths[name]}`).join(", ");
      refuse("combine", `equal widths for ${combine} without projection`, all);
    }
    if (options.dim !== undefined && options.dim !== width) {
      refuse("dim", `${width} or no dim together with project none`, `${options.dim}`);
    }
    return width;
  }
  if (options.dim === undefined) return Math.min(defaultDim, width);
  const dim = wholeNumber("dim", options.dim, 1);
  const what = combine === "concat" ? "the modalities side by side" : "the narrowest modality";
  if (dim > width) refuse("dim", `at most ${width}, the width of ${what}`, `${dim}`);
  return dim;
}

function checkWeights(
  combine: Combine,
  weights: Readonly<Record<string, number>> | undefined,
  names: readonly string[],
): void {
  if (weights === undefined) {
    if (combine === "weighted") refuse("weights", "a weight for each modality with combine weighted", "none");
    return;
  }
  if (combine === "mean" && Object.values(weights).some((weight) => weight !== 1)) {
    refuse("weights", "no weights other than 1 together with combine mean", JSON.stringify(weights));
  }
  for (const name of Object.keys(weights)) {
    if (!names.includes(name)) refuse("weights", `some of ${names.join(", ")}`, name);
    const weight = weights[name]!;
    if (!(Number.isFinite(weight) && weight > 0))
      refuse(`weight of ${name}`, "a finite number above 0", `${weight}`);
  }
  const unweighted = names.find((name) => weights[name] === undefined);
  if (combine === "weighted" && unweighted !== undefined) {
    refuse("weights", "a weight for each modality with combine weighted", `none for ${unweighted}`);
  }
}

function checkCentroids(name: string, start: StartCentroids, width: number): void {
  const { data, clusters } = start;
  if (data.length !== clusters * width) {
    refuse(`centroids of ${name}`, `${clusters} x ${width} values`, `${data.length}`);
  }
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const place = `${data[bad]} at row ${Math.floor(bad / width)}, column ${bad % width}`;
    refuse(`centroids of ${name}`, "finite values", place);
  }
}

function perModality<T>(
  option: string,
  value: PerModality<T> | undefined,
  name: string,
  names: readonly string[],
  fallback: T,
): T {
  if (value === undefined) return fallback;
  if (typeof value !== "object" || value === null) return value as T;
  const byName = value as Readonly<Record<string, T>>;
  const unknown = Object.keys(byName).find((key) => !names.includes(key));
  if (unknown !== undefined) refuse(option, `modalities among ${names.join(", ")}`, unknown);
  return byName[name] ?? fallback;
}

function choice<T extends string>(option: string, value: T, allowed: readonly T[]): T {
  if (!allowed.includes(value)) refuse(option, `one of ${allowed.join(", ")}`, `${value}`);
  return value;
}

function wholeNumber(option: string, value: number, least: number): number {
  if (!(Number.isSafeInteger(value) && value >= least))
    refuse(option, `a whole number >= ${least}`, `${value}`);
  return value;
}

function within(option: string, value: number, least: number, most: number): number {
  const range =
    most === Number.MAX_VALUE ? `a finite number >= ${least}` : `a number from ${least} to ${most}`;
  if (!(typeof value === "number" && value >= least && value <= most)) refuse(option, range, `${value}`);
  return value;
}

function refuse(option: string, expected: string, found: string): never {
  throw new WellbegunError("invalid-option", { doing: "reading the options", expected, found, at: option });
}
