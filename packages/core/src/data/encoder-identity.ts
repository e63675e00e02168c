/** What made a modality's features from content: equal identities mean vectors that can be compared. */
export interface EncoderIdentity {
  /** The encoder's name, such as `all-MiniLM-L6-v2`. */
  readonly name: string;
  /** Version of the model, such as a commit of a hub; null if it has none. */
  readonly revision: string | null;
  /** The kind of content; `unified` for a learned space of several modalities. */
  readonly modality: "text" | "image" | "audio" | "unified";
  /** Width of the vectors. */
  readonly width: number;
  /** The preprocessing as JSON: limits, pooling, sizes, means. */
  readonly preprocessing: Readonly<Record<string, unknown>>;
  /** SHA-256 (lowercase hexadecimal) of the model's files by name; empty where the files cannot be read, as in a page. */
  readonly files: Readonly<Record<string, string>>;
  /** The package that ran the model, its version and the device. Not part of the comparison. */
  readonly runtime: string;
}

/**
 * The first difference between two encoders as "what: one, other", or undefined if their vectors can be compared. Names,
 * revisions and runtimes may differ: the files and the preprocessing decide. Where neither has files, name and revision decide in their
 * place.
 */
export function encoderDifference(a: EncoderIdentity, b: EncoderIdentity): string | undefined {
  const hashed = [a, b].some(({ files }) => Object.keys(files).length > 0);
  const parts = (one: EncoderIdentity): [string, unknown][] => [
    ["modality", one.modality],
    ["width", one.width],
    hashed ? ["files", one.files] : ["model", [one.name, one.revision]],
    ["preprocessing", one.preprocessing],
  ];
  const others = new Map(parts(b));
  for (const [what, own] of parts(a)) {
    const [first, second] = [stableText(own), stableText(others.get(what))];
    if (first !== second) return `${what}: ${first}, ${second}`;
  }
  return undefined;
}

/** JSON with the keys of objects in order, so that equal content gives equal text. */
function stableText(value: unknown): string {
  return JSON.stringify(value, (_, own: unknown) =>
    typeof own === "object" && own !== null && !Array.isArray(own)
      ? Object.fromEntries(Object.entries(own).sort(([a], [b]) => (a < b ? -1 : 1)))
      : own,
  );
}
