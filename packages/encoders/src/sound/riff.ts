/** A chunk of a WAV file. */
export interface Chunk {
  readonly name: string;
  /** Where its content begins in the file. */
  readonly start: number;
  /** Bytes of its content as its header says; the file may end before. */
  readonly size: number;
}

/** The chunks of a WAV file up to its samples; none for other files. A chunk of odd length is followed by a byte that belongs to none. */
export function chunksUpToData(file: Uint8Array): readonly Chunk[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 12 || nameAt(file, 0) !== "RIFF" || nameAt(file, 8) !== "WAVE") return [];
  const chunks: Chunk[] = [];
  for (let at = 12; at + 8 <= file.length && chunks.at(-1)?.name !== "data"; ) {
    const size = view.getUint32(at + 4, true);
    chunks.push({ name: nameAt(file, at), start: at + 8, size });
    at += 8 + size + (size % 2);
  }
  return chunks;
}

/**
 * A WAV file of which only format and samples are left before the end; other files as they are. audio-decode (3.12) does not find the
 * samples behind a chunk of odd length, such as broadcast and XML chunks often have.
 */
export function withoutOddChunks(file: Uint8Array): Uint8Array {
  const chunks = chunksUpToData(file);
  const [format, data] = [chunks.find(({ name }) => name === "fmt "), chunks.at(-1)];
  if (format === undefined || data?.name !== "data") return file;
  if (chunks.every((chunk) => chunk === data || chunk.size % 2 === 0)) return file;
  const parts = [
    file.subarray(0, 12),
    file.subarray(format.start - 8, format.start + format.size),
    file.subarray(data.start - 8),
  ];
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The four letters at a place of a file. */
export function nameAt(file: Uint8Array, at: number): string {
  return String.fromCharCode(...file.subarray(at, at + 4));
}
