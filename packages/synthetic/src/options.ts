import { WellbegunError } from "@wellbegun/core";
import { namesOf, refuseUnknownKeys } from "@wellbegun/core/options";

/** A modality to generate. */
export interface SyntheticModality {
  /** Its name: letters, digits, `_`, `.` and `-`, since it becomes part of file names. */
  readonly name: string;
  /** Width of its features, D_m: a whole number, at least 1. */
  readonly width: number;
}

/** What to generate; omitted options take their defaults. */
export interface SyntheticOptions {
  /** Number of users, U. Default: 2,000. */
  readonly users?: number | undefined;
  /** Number of items, I. Default: 1,200. */
  readonly items?: number | undefined;
  /** Number of train interactions, met exactly; held-out rows come on top. Default: 12 a user. */
  readonly interactions?: number | undefined;
  /** The modalities in order. Default: image, 64 wide, and text, 48 wide. */
  readonly modalities?: readonly SyntheticModality[] | undefined;
  /** Number of planted taste groups among the items. Default: one for every 30 items, from 4 to 256. */
  readonly tastes?: number | undefined;
  /**
   * Standard deviation of the noise in each modality's view of an item's latent factors, whose own standard
   * deviation is about 1. At 0 features determine an item's factors exactly; from about 3 on they show almost
   * nothing. Default: 0.7.
   */
  readonly noise?: number | undefined;
  /** Exponent of the power law of item popularity: 0 makes all items equally popular. Default: 1 (Zipf). */
  readonly popularity?: number | undefined;
  /**
   * Share of the items of a user with five or more that is held out: half for validation and half for test, at
   * least one each. Users with fewer items have only train rows. 0 holds out nothing. Default: 0.2.
   */
  readonly holdout?: number | undefined;
  /** Fewest items of a user, train and held-out rows together (cold users apart). Default: 1. */
  readonly minDegree?: number | undefined;
  /**
   * Share of the users that have no train rows but one validation and one test row, to show how a method
   * handles users without a history. Default: 0.005; 0 where `holdout` is 0.
   */
  readonly coldUsers?: number | undefined;
  /** Share of the items that lack a modality, drawn anew for each modality. Default: 0. */
  readonly missing?: number | undefined;
  /** A safe integer, at least 0; equal options and seed give equal data, bit for bit, everywhere. Default: 999. */
  readonly seed?: number | undefined;
}

const optionNames = namesOf<SyntheticOptions>({
  users: true,
  items: true,
  interactions: true,
  modalities: true,
  tastes: true,
  noise: true,
  popularity: true,
  holdout: true,
  minDegree: true,
  coldUsers: true,
  missing: true,
  seed: true,
});

/** All options with their defaults filled in. */
export type ResolvedOptions = {
  readonly [K in keyof SyntheticOptions]-?: Exclude<SyntheticOptions[K], undefined>;
};

/** The shape of the default dataset. */
export const defaultShape: Pick<ResolvedOptions, "users" | "items" | "interactions" | "modalities"> = {
  users: 2_000,
  items: 1_200,
  interactions: 24_000,
  modalities: [
    { name: "image", width: 64 },
    { name: "text", width: 48 },
  ],
};

/** Fills in the defaults and checks every option on its own; later steps check whether they fit together. */
export function resolveOptions(options: SyntheticOptions): ResolvedOptions {
  refuseUnknownKeys("generating a dataset", options, optionNames);
  const users = whole("users", options.users ?? defaultShape.users, 1);
  const items = whole("items", options.items ?? defaultShape.items, 2);
  const holdout = share("holdout", options.holdout ?? 0.2, 0.8);
  const coldUsers = share("coldUsers", options.coldUsers ?? (holdout > 0 ? 0.005 : 0), 1);
  if (coldUsers > 0 && holdout === 0) {
    throw invalid("coldUsers", "0 where holdout is 0, since cold users have held-out rows only", coldUsers);
  }
  const perUser = defaultShape.interactions / defaultShape.users;
  const tastes = options.tastes ?? Math.min(items, 256, Math.max(4, Math.round(items / 30)));
  return {
    users,
    items,
    interactions: whole("interactions", options.interactions ?? perUser * users, 1),
    modalities: checkModalities(options.modalities ?? defaultShape.modalities),
    tastes: whole("tastes", tastes, 1, items),
    noise: inRange("noise", options.noise ?? 0.7, 0, 100),
    popularity: inRange("popularity", options.popularity ?? 1, 0, 4),
    holdout,
    minDegree: whole("minDegree", options.minDegree ?? 1, 1, Math.ceil(items / 2)),
    coldUsers,
    missing: share("missing", options.missing ?? 0, 1),
    seed: whole("seed", options.seed ?? 999, 0),
  };
}

function checkModalities(modalities: readonly SyntheticModality[]): readonly SyntheticModality[] {
  if (modalities.length === 0) throw invalid("modalities", "at least one modality", 0);
  const names = new Set<string>();
  modalities.forEach(({ name, width }, m) => {
    const option = `modalities[${m}]`;
    if (!/^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/.test(name)) {
      throw invalid(`${option}.name`, "letters, digits, _, . and -, not beginning with a dot", name);
    }
    if (names.has(name)) throw invalid(`${option}.name`, "a name that no other modality has", name);
    names.add(name);
    whole(`${option}.width`, width, 1);
  });
  return modalities;
}

function whole(option: string, value: number, low: number, high: number = Number.MAX_SAFE_INTEGER): number {
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  const range = high === Number.MAX_SAFE_INTEGER ? `of at least ${low}` : `from ${low} to ${high}`;
  throw invalid(option, `a whole number ${range}`, value);
}

function share(option: string, value: number, high: number): number {
  return inRange(option, value, 0, high);
}

function inRange(option: string, value: number, low: number, high: number): number {
  if (value >= low && value <= high) return value;
  throw invalid(option, `a number from ${low} to ${high}`, value);
}

/** The error for an option that cannot be met. */
export function invalid(option: string, expected: string, found: number | string): WellbegunError {
  return new WellbegunError("invalid-option", {
    doing: "generating a dataset",
    expected,
    found: typeof found === "string" ? JSON.stringify(found) : `${found}`,
    at: `option ${option}`,
  });
}
