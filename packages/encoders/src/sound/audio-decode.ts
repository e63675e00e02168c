import { importPeer } from "@wellbegun/core/backend";
import { importModule } from "../import-module.ts";
import { withoutOddChunks } from "./riff.ts";
import { type DecodeSound, mixDown } from "./samples.ts";

const doing = "decoding sound";

/** Decodes sound with the package audio-decode and resamples it with wave-resampler, both loaded at the call. */
export async function soundDecoder(): Promise<DecodeSound> {
  const { default: decode } = (await importPeer(importModule, "audio-decode", { doing })) as {
    default: (
      file: Uint8Array,
    ) => Promise<{ readonly channelData: readonly Float32Array[]; readonly sampleRate: number }>;
  };
  const resampler = (await importPeer(importModule, "wave-resampler", {
    doing: "resampling sound",
  })) as Resampler;
  const resample = resampler.resample ?? resampler.default!.resample;
  return async (file, sampleRate) => {
    const { channelData, sampleRate: own } = await decode(withoutOddChunks(file));
    const samples = mixDown(channelData);
    if (own === sampleRate) return samples;
    return Float32Array.from(resample(samples, own, sampleRate));
  };
}

interface Resampler {
  readonly resample?: Resample;
  readonly default?: { readonly resample: Resample };
}
type Resample = (samples: ArrayLike<number>, from: number, to: number) => ArrayLike<number>;
