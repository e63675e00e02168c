import { type DecodeSound, mixDown } from "./samples.ts";

/** Decodes and resamples sound with a browser's Web Audio. */
export const decodeWithWebAudio: DecodeSound = async (file, sampleRate) => {
  // A context decodes to its own sample rate.
  const context = new OfflineAudioContext(1, 1, sampleRate);
  const sound = await context.decodeAudioData(new Uint8Array(file).buffer);
  return mixDown(
    Array.from({ length: sound.numberOfChannels }, (_, channel) => sound.getChannelData(channel)),
  );
};
