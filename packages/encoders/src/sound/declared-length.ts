import { chunksUpToData, nameAt } from "./riff.ts";

/**
 * The seconds of sound that a file's header declares: of WAV, FLAC, and MP3 with the frame that Xing and LAME begin with. Decoders give
 * what is there, without a word.
 *
 * @returns undefined for other formats, and where the header does not say it.
 */
export function declaredSeconds(file: Uint8Array): number | undefined {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const seconds = wavSeconds(file, view) ?? flacSeconds(file, view) ?? mp3Seconds(file, view);
  return seconds !== undefined && Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}

/** Sizes from here on are placeholders of programs that wrote the header before they knew the size. */
const PLACEHOLDER = 0x7fff0000;

/** Formats of one value for each sample: integers, floats, A-law, mu-law, and their extensible form. */
const plainFormats = [1, 3, 6, 7, 0xfffe];

function wavSeconds(file: Uint8Array, view: DataView): number | undefined {
  const chunks = chunksUpToData(file);
  const [format, data] = [chunks.find(({ name }) => name === "fmt "), chunks.at(-1)];
  if (format === undefined || format.start + 14 > file.length || data?.name !== "data") return undefined;
  if (data.size >= PLACEHOLDER) return undefined;
  const frames = view.getUint32(format.start + 4, true) * view.getUint16(format.start + 12, true);
  const isPlain = plainFormats.includes(view.getUint16(format.start, true));
  return data.size / (isPlain ? frames : view.getUint32(format.start + 8, true));
}

/** The block STREAMINFO: 20 bits of sample rate at byte 18, and 36 bits of samples that end with byte 25. */
function flacSeconds(file: Uint8Array, view: DataView): number | undefined {
  if (file.length < 26 || nameAt(file, 0) !== "fLaC") return undefined;
  return ((file[21]! & 0xf) * 2 ** 32 + view.getUint32(22)) / (view.getUint32(18) >>> 12);
}

/** Frames that decoders drop of an MP3: those that the encoder puts around the sound. */
const MP3_PADDING = 3;

function mp3Seconds(file: Uint8Array, view: DataView): number | undefined {
  const start = nameAt(file, 0).startsWith("ID3") && file.length >= 10 ? 10 + sevenBits(file, 6) : 0;
  if (start + 4 > file.length || view.getUint16(start) >>> 5 !== 0x7ff) return undefined;
  const [version, layer] = [(file[start + 1]! >> 3) & 3, (file[start + 1]! >> 1) & 3];
  const base = [44_100, 48_000, 32_000][(file[start + 2]! >> 2) & 3];
  if (version === 1 || layer !== 1 || base === undefined) return undefined;
  const isFirst = version === 3;
  const isMono = file[start + 3]! >> 6 === 3;
  const at = start + 4 + (isFirst ? (isMono ? 17 : 32) : isMono ? 9 : 17);
  const hasFrames = at + 12 <= file.length && (file[at + 7]! & 1) === 1;
  if (!hasFrames || !["Xing", "Info"].includes(nameAt(file, at))) return undefined;
  const rate = base / (isFirst ? 1 : version === 2 ? 2 : 4);
  return ((view.getUint32(at + 8) - MP3_PADDING) * (isFirst ? 1152 : 576)) / rate;
}

/** A number of four bytes with seven bits each, as ID3 tags have. */
function sevenBits(file: Uint8Array, at: number): number {
  return [0, 1, 2, 3].reduce((sum, i) => sum * 128 + (file[at + i]! & 0x7f), 0);
}
