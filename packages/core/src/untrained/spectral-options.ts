import type { Backend } from "../backend/backend.ts";
import type { Interactions } from "../data/interactions.ts";
import { describe } from "../describe.ts";
import { WellbegunError } from "../errors.ts";
import { namesOf, refuseUnknownKeys } from "../options/known-keys.ts";
import type { Observer } from "../progress.ts";

/** Options of `spectral`. */
export interface SpectralOptions extends Observer {
  /** Width of the tables, k: the number of singular vectors. At most the number of items. Default: 64. */
  readonly k?: number | undefined;
  /**
   * Exponent q of the items' degrees, 0 to 1: a larger exponent recommends popular items more. Default: 0.5,
   * the ideal low-pass filter of GF-CF.
   */
  readonly exponent?: number | undefined;
  /**
   * Rounds of the search for singular vectors. More rounds make the last vectors more exact and cost time in
   * proportion. With two, the singular values are within 3 % on sparse data; more exact vectors do not
   * recommend better there. Default: 2.
   */
  readonly rounds?: number | undefined;
  /** Seed of the random start. Default: 0. */
  readonly seed?: number | undefined;
  /** Default: `wasm()` where the runtime accepts it, else `cpu()`; disposed of at the end. */
  readonly backend?: Backend | undefined;
  /**
   * Bytes that the backend's matrices may take. Three I x (k + k / 8) matrices of float32 stay there (k + 32 up
   * to k = 256); users are processed in blocks that fit into the rest. Default: 256 MiB for a block of users,
   * within the backend's own limits.
   */
  readonly memory?: number | undefined;
}

/** {@link SpectralOptions} with every default filled in. */
export interface ResolvedSpectralOptions {
  readonly k: number;
  readonly exponent: number;
  readonly rounds: number;
  readonly seed: number;
}

const optionNames = namesOf<SpectralOptions>({
  k: true,
  exponent: true,
  rounds: true,
  seed: true,
  backend: true,
  memory: true,
  signal: true,
  onProgress: true,
});

/**
 * Fills in the defaults.
 *
 * @throws {WellbegunError} `invalid-option` naming the option that is out of range or does not exist; `invalid-data` without interactions.
 */
export function resolveSpectralOptions(
  options: SpectralOptions,
  train: Interactions,
): ResolvedSpectralOptions {
  refuseUnknownKeys("computing spectral tables", options, optionNames);
  const { k = 64, exponent = 0.5, rounds = 2, seed = 0 } = options;
  if (train.items.length === 0) {
    throw new WellbegunError("invalid-data", {
      doing: "reading the train interactions",
      expected: "at least one interaction",
      found: "none",
    });
  }
  if (!(Number.isSafeInteger(k) && k >= 1 && k <= train.itemCount)) {
    refuseOption(`a whole number from 1 to the ${train.itemCount} items`, k, "k");
  }
  if (!(exponent >= 0 && exponent <= 1)) refuseOption("a number from 0 to 1", exponent, "exponent");
  if (!(Number.isSafeInteger(rounds) && rounds >= 1)) refuseOption("a whole number >= 1", rounds, "rounds");
  if (!Number.isSafeInteger(seed)) refuseOption("a safe integer", seed, "seed");
  return { k, exponent, rounds, seed };
}

/** Throws `invalid-option` for an option of `spectral`. */
export function refuseOption(expected: string, found: number, at: string): never {
  throw new WellbegunError("invalid-option", {
    doing: "computing spectral tables",
    expected,
    found: describe(found),
    at,
  });
}
