import { type EncoderIdentity, WellbegunError } from "@wellbegun/core";
import type { Encoder } from "../encoder.ts";
import { loadLibrary, type TransformersLibrary } from "./library.ts";
import { type LoadedModel, loadModel } from "./load.ts";
import type { TransformersEncoderOptions } from "./options.ts";

/**
 * An encoder from a model of transformers.js, by its name on the hub or of a folder.
 *
 * @throws {WellbegunError} `unavailable` without transformers.js, or if the model cannot be loaded.
 */
export async function transformersEncoder(
  name: string,
  options: TransformersEncoderOptions,
): Promise<Encoder> {
  const library = await loadLibrary(options.library);
  const { modality, revision, device = "default device" } = options;
  const loaded = await atLocalPath(library, options.localPath, () => loadModel(library, name, options));
  let open: LoadedModel | undefined = loaded;
  const identity: EncoderIdentity = {
    name,
    revision: revision ?? null,
    modality,
    width: loaded.width,
    preprocessing: loaded.preprocessing,
    files: loaded.files,
    runtime: `transformers.js ${library.env.version}, ${device}`,
  };
  return {
    name,
    modality,
    width: loaded.width,
    identity,
    encode: async (batch) => {
      if (open !== undefined) return open.encode(batch);
      throw new WellbegunError("disposed", {
        doing: "encoding",
        expected: "an open encoder",
        found: "one that was disposed",
        at: name,
      });
    },
    dispose: async () => {
      const released = open;
      open = undefined;
      await released?.model.dispose();
    },
  };
}

/** The library finds local models below one folder, which is a setting of the whole library: it is set for the loading alone. */
async function atLocalPath<T>(
  library: TransformersLibrary,
  path: string | undefined,
  load: () => Promise<T>,
): Promise<T> {
  const { env } = library;
  if (path === undefined) return load();
  const before = { localModelPath: env.localModelPath, allowLocalModels: env.allowLocalModels };
  Object.assign(env, { localModelPath: path, allowLocalModels: true });
  try {
    return await load();
  } finally {
    Object.assign(env, before);
  }
}
