import type { SparseMatrix, TopK } from "@wellbegun/core/backend";
import type { PooledBuffer } from "../buffer-pool.ts";
import type { Commands } from "../commands.ts";
import { kernels } from "../kernels/index.ts";
import type { WebgpuMatrix } from "../matrix.ts";
import { type Block, rowBlocks, spanOf } from "../span.ts";
import { entryBlocks } from "./sparse.ts";

/** Most bytes of the bits that exclude items; users are taken in blocks of which they fit. */
const MAX_BITS_BYTES = 64 * 2 ** 20;

/** One ranking, in the terms of its kernels. */
interface Ranking {
  readonly doing: string;
  readonly users: WebgpuMatrix;
  readonly items: WebgpuMatrix;
  /** At most as many as there are items. */
  readonly k: number;
  /** Words of 32 items in the bits of a user. */
  readonly words: number;
  readonly exclude: SparseMatrix | undefined;
}

/** The buffers in which a block of users is ranked. */
interface Buffers {
  readonly bits: PooledBuffer;
  readonly sizes: PooledBuffer;
  readonly scores: PooledBuffer;
  readonly items: PooledBuffer;
}

/** The best items of each user, a block of users at a time. */
export async function topK(
  users: WebgpuMatrix,
  items: WebgpuMatrix,
  k: number,
  exclude: SparseMatrix | undefined,
): Promise<TopK> {
  const doing = `ranking ${items.rows} items for ${users.rows} users`;
  const { engine } = users;
  const found = {
    items: new Int32Array(users.rows * k).fill(-1),
    scores: new Float32Array(users.rows * k).fill(Number.NEGATIVE_INFINITY),
  };
  const ranking = {
    doing,
    users,
    items,
    k: Math.min(k, items.rows),
    words: exclude === undefined ? 0 : Math.ceil(items.rows / 32),
    exclude,
  };
  if (users.rows === 0 || items.rows === 0) return found;
  const blocks = userBlocks(ranking);
  const most = blocks[0]!.count;
  const shared = exclude === undefined ? [] : [exclude.indices];
  await engine.cache.with(doing, shared, async ([indices]) => {
    await engine.withTemporaries(doing, async (temporaries) => {
      const buffers = {
        bits: await temporaries.acquire(most * ranking.words * 4),
        sizes: await temporaries.acquire(most * 4),
        scores: await temporaries.acquire(most * ranking.k * 4),
        items: await temporaries.acquire(most * ranking.k * 4),
      };
      const offsets = exclude === undefined ? undefined : (await temporaries.copy(exclude.offsets)).buffer;
      for (const block of blocks) {
        const commands = engine.commands(doing);
        commands.clear(buffers.sizes, block.count * 4);
        if (offsets !== undefined)
          await markExcluded(commands, ranking, block, buffers.bits, offsets, indices!);
        await rank(commands, ranking, block, buffers);
        await receiveBlock(commands, ranking, block, buffers, found, k);
      }
    });
  });
  return found;
}

function userBlocks({ doing, users, k, words }: Ranking): readonly Block[] {
  const { limits } = users.engine;
  const narrowest = rowBlocks(doing, users.rows, [users.rowBytes, k * 4, words * 4, 8], limits);
  const most = Math.max(1, Math.floor(MAX_BITS_BYTES / Math.max(1, words * 4)));
  return narrowest.flatMap(({ first, count }) => {
    const parts = Math.ceil(count / most);
    return Array.from({ length: parts }, (_, part) => {
      return { first: first + part * most, count: Math.min(most, count - part * most) };
    });
  });
}

async function markExcluded(
  commands: Commands,
  { doing, users, words, exclude }: Ranking,
  block: Block,
  bits: PooledBuffer,
  offsets: PooledBuffer,
  indices: PooledBuffer,
): Promise<void> {
  const { limits } = users.engine;
  const bytes = block.count * words * 4;
  commands.clear(bits, bytes);
  for (const entries of entryBlocks(doing, exclude!.offsets, block, limits)) {
    await commands.run(kernels.exclusions, {
      groups: Math.ceil(block.count / limits.group),
      buffers: {
        offsets: spanOf(offsets, block.first * 4, (block.count + 1) * 4, limits),
        indices: spanOf(indices, entries.first * 4, entries.count * 4, limits),
        bits: spanOf(bits, 0, bytes, limits),
      },
      params: { users: block.count, words, firstEntry: entries.first, entries: entries.count },
    });
  }
}

async function rank(
  commands: Commands,
  { doing, users, items, k, words }: Ranking,
  block: Block,
  buffers: Buffers,
): Promise<void> {
  const { limits } = users.engine;
  const parts = rowBlocks(doing, items.rows, [items.rowBytes], limits);
  for (const [index, { first, count }] of parts.entries()) {
    await commands.run(kernels.topK, {
      groups: Math.ceil(block.count / (2 * limits.side)),
      buffers: {
        a: users.span(block.first, block.count),
        b: items.span(first, count),
        bits: spanOf(buffers.bits, 0, block.count * words * 4, limits),
        sizes: spanOf(buffers.sizes, 0, block.count * 4, limits),
        scores: spanOf(buffers.scores, 0, block.count * k * 4, limits),
        items: spanOf(buffers.items, 0, block.count * k * 4, limits),
      },
      params: {
        users: block.count,
        count,
        columns: users.columns,
        k,
        words,
        firstItem: first,
        row_a: users.columns,
        depth_a: 1,
        column_b: users.columns,
        depth_b: 1,
        masked: Number(words > 0),
        last: Number(index === parts.length - 1),
      },
    });
  }
}

async function receiveBlock(
  commands: Commands,
  { doing, users, k }: Ranking,
  block: Block,
  buffers: Buffers,
  found: TopK,
  wantedK: number,
): Promise<void> {
  const { engine } = users;
  const entries = block.count * k;
  const parts = [
    { buffer: buffers.scores, bytes: entries * 4 },
    { buffer: buffers.items, bytes: entries * 4 },
  ];
  engine.traffic.resultsDownloaded += entries * 8;
  await engine.receive(doing, commands, parts, (bytes) => {
    const scores = new Float32Array(bytes, 0, entries);
    const items = new Int32Array(bytes, entries * 4, entries);
    for (let user = 0; user < block.count; user++) {
      const to = (block.first + user) * wantedK;
      found.scores.set(scores.subarray(user * k, (user + 1) * k), to);
      found.items.set(items.subarray(user * k, (user + 1) * k), to);
    }
  });
}
