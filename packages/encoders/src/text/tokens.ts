/** A tokenizer in Hugging Face's format, as `Tokenizer` of `@huggingface/tokenizers` is. */
export interface TextTokenizer {
  encode(
    text: string,
    options?: { readonly add_special_tokens?: boolean },
  ): { readonly ids: readonly number[] };
}

/** The tokens of a text. */
export interface Tokens {
  readonly ids: readonly number[];
  /** Whether the text had more tokens than the limit. */
  readonly truncated: boolean;
}

/**
 * The tokens of a text with the special tokens around them. A text that is too long loses its last tokens and keeps the special
 * ones, as Hugging Face's `truncation: true` does.
 */
export function tokensOf(tokenizer: TextTokenizer, text: string, limit: number): Tokens {
  const { ids } = tokenizer.encode(text);
  if (ids.length <= limit) return { ids, truncated: false };
  const plain = tokenizer.encode(text, { add_special_tokens: false }).ids;
  const special = ids.length - plain.length;
  let before = 0;
  while (before < special && ids[before] !== plain[0]) before++;
  const end = ids.slice(before + plain.length);
  return { ids: [...ids.slice(0, before), ...plain.slice(0, limit - special), ...end], truncated: true };
}

/**
 * Most tokens, padding included, that go through a model at once on a processor. The activations of more tokens do not fit its caches:
 * groups of 4096 tokens take 1.5 times the CPU time (MiniLM, texts of 20 tokens).
 */
const PROCESSOR_TOKENS = 512;

/** The same on a GPU, which wants more work at once; there the number bounds memory. */
const GPU_TOKENS = 4096;

/**
 * Cuts a batch of texts into groups of similar length, longest first, so that little padding is computed. The groups depend on the
 * lengths and the kind of device alone.
 *
 * @param device The device that was asked for. Default: the runtime's own, which is a processor.
 * @param mostRows Most texts in a group. Default: any number.
 * @returns The rows of each group.
 */
export function groupByLength(
  lengths: readonly number[],
  device: string = "cpu",
  mostRows: number = Number.POSITIVE_INFINITY,
): number[][] {
  const most = device === "cpu" || device === "wasm" ? PROCESSOR_TOKENS : GPU_TOKENS;
  const order = [...lengths.keys()].sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  const groups: number[][] = [];
  for (const row of order) {
    const last = groups.at(-1);
    const isFull =
      last === undefined || last.length >= mostRows || (last.length + 1) * lengths[last[0]!]! > most;
    if (isFull) groups.push([row]);
    else last.push(row);
  }
  return groups;
}
