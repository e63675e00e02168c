import type { AssignmentStep } from "@wellbegun/core/backend";
import type { PooledBuffer } from "../buffer-pool.ts";
import type { Commands } from "../commands.ts";
import type { Temporaries } from "../engine.ts";
import { kernels } from "../kernels/index.ts";
import { lanesFor } from "../kernels/lanes.ts";
import type { WebgpuMatrix } from "../matrix.ts";
import { rowBlocks, type Span, spanOf } from "../span.ts";
import type { WebgpuAssignment } from "./assignment.ts";
import { chunksOf, sumParts } from "./moments.ts";
import { sumsOf } from "./pairs.ts";
import { prepareScores } from "./scores.ts";

/** Most bytes of the parts that clusters are summed from. */
const MAX_PART_BYTES = 32 * 2 ** 20;
/** How many of the close rows come back together with the sums: mostly all. */
const CLOSE_ROWS = 255;

/** The buffers of a pass. */
interface Buffers {
  readonly centered: Span;
  readonly constants: Span;
  /** Number of close rows, and the rows. */
  readonly close: PooledBuffer;
  readonly parts: PooledBuffer;
  readonly sums: PooledBuffer;
  /** Rows of each cluster, and behind them the number of rows that changed. */
  readonly counts: PooledBuffer;
}

/** The commands of one Lloyd pass, and its results. */
export class AssignmentPass {
  readonly #doing: string;
  readonly #assignment: WebgpuAssignment;
  readonly #x: WebgpuMatrix;
  readonly #buffers: Buffers;
  readonly #bound: { readonly slope: number; readonly base: number };
  readonly #chunks: number;

  private constructor(
    doing: string,
    assignment: WebgpuAssignment,
    x: WebgpuMatrix,
    buffers: Buffers,
    bound: { readonly slope: number; readonly base: number },
    chunks: number,
  ) {
    this.#doing = doing;
    this.#assignment = assignment;
    this.#x = x;
    this.#buffers = buffers;
    this.#bound = bound;
    this.#chunks = chunks;
  }

  /** Uploads the centroids, and allocates the buffers of the pass. */
  static async prepare(
    doing: string,
    temporaries: Temporaries,
    assignment: WebgpuAssignment,
    x: WebgpuMatrix,
    centroids: Float32Array,
  ): Promise<AssignmentPass> {
    const { rows, columns, clusters } = assignment;
    const scores = prepareScores(centroids, clusters, columns);
    const sumBytes = clusters * columns * 8;
    const chunks = chunksOf(rows, columns, sumBytes, Math.min(MAX_PART_BYTES, x.engine.limits.binding));
    const buffers = {
      centered: await temporaries.copy(scores.centered),
      constants: await temporaries.copy(scores.constants),
      close: await temporaries.acquire((rows + 1) * 4),
      parts: await temporaries.acquire(chunks * sumBytes),
      sums: await temporaries.acquire(sumBytes),
      counts: await temporaries.acquire((clusters + 1) * 4),
    };
    return new AssignmentPass(doing, assignment, x, buffers, scores, chunks);
  }

  /** The list of close rows: their number, and the rows. */
  get close(): PooledBuffer {
    return this.#buffers.close;
  }

  /** Appends the labeling of all rows; on the first pass their norms come before it. */
  async label(commands: Commands): Promise<void> {
    const { rows, columns, clusters, masked, started } = this.#assignment;
    const { next, norms, missing } = this.#assignment.state;
    const { limits } = this.#x.engine;
    const { centered, constants, close } = this.#buffers;
    const lanes = lanesFor(columns);
    const narrow = clusters <= limits.side;
    commands.clear(close, 4);
    for (const { first, count } of this.#blocks()) {
      const x = this.#x.span(first, count);
      const ownNorms = spanOf(norms, first * 4, count * 4, limits);
      if (!started) {
        await commands.run(kernels.rowNorms, {
          groups: Math.ceil((count * lanes) / limits.group),
          buffers: { x, norms: ownNorms },
          params: { rows: count, columns, lanes },
        });
      }
      await commands.run(kernels.nearest, {
        groups: Math.ceil(count / (4 * limits.side)),
        buffers: {
          a: x,
          b: centered,
          constants,
          norms: ownNorms,
          missing: spanOf(missing, masked ? first * 4 : 0, masked ? count * 4 : 4, limits),
          labels: spanOf(next, first * 4, count * 4, limits),
          close: spanOf(close, 0, (rows + 1) * 4, limits),
        },
        params: {
          rows: count,
          columns,
          clusters,
          row_a: columns,
          depth_a: 1,
          column_b: columns,
          depth_b: 1,
          firstRow: first,
          masked: Number(masked),
          ...this.#bound,
        },
        constants: { narrow: Number(narrow) },
      });
    }
  }

  /** Appends the overwriting of labels by `count` pairs of a row and its label. */
  async relabel(commands: Commands, pairs: Span, count: number): Promise<void> {
    const { limits } = this.#x.engine;
    const { next } = this.#assignment.state;
    await commands.run(kernels.setLabels, {
      groups: Math.ceil(count / limits.group),
      buffers: { pairs, labels: spanOf(next, 0, this.#assignment.rows * 4, limits) },
      params: { count },
    });
  }

  /** Appends the sums and counts of the clusters that the labels make. */
  async sum(commands: Commands): Promise<void> {
    const { columns, clusters } = this.#assignment;
    const { labels: before, next } = this.#assignment.state;
    const { limits } = this.#x.engine;
    const { parts, sums, counts } = this.#buffers;
    const chunks = this.#chunks;
    const partBytes = chunks * clusters * columns * 8;
    commands.clear(counts, (clusters + 1) * 4);
    commands.clear(parts, partBytes);
    for (const { first, count } of this.#blocks()) {
      const labels = spanOf(next, first * 4, count * 4, limits);
      await commands.run(kernels.tallyLabels, {
        groups: Math.ceil(count / limits.group),
        buffers: {
          before: spanOf(before, first * 4, count * 4, limits),
          labels,
          counts: spanOf(counts, 0, (clusters + 1) * 4, limits),
        },
        params: { rows: count, clusters },
      });
      await commands.run(kernels.clusterSums, {
        groups: Math.ceil((chunks * columns) / limits.group),
        buffers: {
          x: this.#x.span(first, count),
          labels,
          parts: spanOf(parts, 0, partBytes, limits),
        },
        params: { rows: count, columns, clusters, chunks },
      });
    }
    await sumParts(commands, this.#x, parts, sums, chunks, clusters * columns, false);
  }

  /** Submits the commands and waits for the sums, and for the first of the close rows. */
  async receive(
    commands: Commands,
  ): Promise<{ readonly step: AssignmentStep; readonly closeCount: number; readonly close: Uint32Array }> {
    const { rows, columns, clusters } = this.#assignment;
    const { engine } = this.#x;
    const { close, sums, counts } = this.#buffers;
    const entries = clusters * columns;
    const listed = Math.min(rows, CLOSE_ROWS);
    const parts = [
      { buffer: sums, bytes: entries * 8 },
      { buffer: counts, bytes: (clusters + 1) * 4 },
      { buffer: close, bytes: (listed + 1) * 4 },
    ];
    engine.traffic.resultsDownloaded += parts.reduce((sum, { bytes }) => sum + bytes, 0);
    return await engine.receive(this.#doing, commands, parts, (bytes) => {
      const words = new Uint32Array(bytes, entries * 8);
      const step = {
        changed: words[clusters]!,
        sums: sumsOf(bytes, 0, entries),
        counts: words.slice(0, clusters),
      };
      return { step, closeCount: words[clusters + 1]!, close: words.slice(clusters + 2) };
    });
  }

  #blocks(): ReturnType<typeof rowBlocks> {
    return rowBlocks(this.#doing, this.#x.rows, [this.#x.rowBytes], this.#x.engine.limits);
  }
}
