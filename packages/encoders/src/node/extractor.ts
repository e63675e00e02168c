import { basename, dirname, resolve } from "node:path";
import { mostSamples } from "../sound/extractor-limit.ts";
import type { ExtractFeatures } from "../sound/samples.ts";
import { loadLibrary } from "../transformers/library.ts";

/** The feature extractor that a folder's `preprocessor_config.json` declares, computed by transformers.js. */
export async function folderExtractor(folder: string): Promise<ExtractFeatures> {
  const library = await loadLibrary(undefined);
  const path = resolve(folder);
  const before = library.env.localModelPath;
  library.env.localModelPath = dirname(path);
  try {
    const extractor = await library.AutoFeatureExtractor.from_pretrained(basename(path), {
      local_files_only: true,
    });
    const extract = async (samples: Float32Array): ReturnType<ExtractFeatures> => {
      const [tensor] = Object.values(await extractor(samples));
      return { data: tensor!.data as Float32Array, dims: tensor!.dims };
    };
    return Object.assign(extract, { mostSamples: mostSamples(extractor.config) });
  } finally {
    library.env.localModelPath = before;
  }
}
