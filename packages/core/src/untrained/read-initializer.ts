import { INITIALIZER_MAGIC } from "../initializer/bytes.ts";
import { magicOf } from "../initializer/frame.ts";
import { damaged } from "../initializer/header-rules.ts";
import { Initializer } from "../initializer/initializer.ts";
import { TRAINED_MAGIC, TrainedInitializer } from "../initializer/trained-initializer.ts";
import type { UserFolder } from "../initializer/user-folder.ts";
import { FILLED_MAGIC, FilledInitializer } from "./filled-initializer.ts";
import { JOINED_MAGIC, JoinedInitializer } from "./joined-initializer.ts";
import { SPECTRAL_MAGIC, SpectralInitializer } from "./spectral-initializer.ts";

const single: Readonly<Record<string, (bytes: Uint8Array) => UserFolder>> = {
  [INITIALIZER_MAGIC]: (bytes) => Initializer.fromBytes(bytes),
  [SPECTRAL_MAGIC]: (bytes) => SpectralInitializer.fromBytes(bytes),
  [TRAINED_MAGIC]: (bytes) => TrainedInitializer.fromBytes(bytes),
};

/**
 * Reads the `initializer.bin` of a bundle, whatever model it is of: a fit (`wellbegun init`), spectral tables, also with
 * filled cold items, joined tables (`wellbegun recommend`), or a trained model (`wellbegun train`). It folds in users and
 * items, as far as the model can, on any runtime, without a backend; the vectors of users equal the model's own to the bit, the item table to float32
 * rounding.
 *
 * @throws {WellbegunError} `format` if the bytes are none of these, are damaged (a checksum covers all of them) or are of a
 * later version.
 */
export function readInitializer(bytes: Uint8Array): UserFolder {
  // A side of joined tables may be joined tables itself.
  if (magicOf(bytes) === JOINED_MAGIC) return JoinedInitializer.fromBytes(bytes, readInitializer);
  if (magicOf(bytes) === FILLED_MAGIC) return FilledInitializer.fromBytes(bytes, readSingle);
  return readSingle(bytes);
}

function readSingle(bytes: Uint8Array): UserFolder {
  const magic = magicOf(bytes);
  const read = Object.hasOwn(single, magic) ? single[magic] : undefined;
  if (read !== undefined) return read(bytes);
  throw damaged(
    `a magic among ${[...Object.keys(single), FILLED_MAGIC, JOINED_MAGIC].join(", ")}`,
    JSON.stringify(magic),
  );
}
