import type { Assignment } from "@wellbegun/core/backend";
import type { PooledBuffer } from "../buffer-pool.ts";
import type { Engine } from "../engine.ts";
import { expectVisible } from "../span.ts";
import { maskOf } from "./pairs.ts";

/** The state of an assignment on the device. */
export interface AssignmentState {
  /** Label of each row after the last pass. */
  readonly labels: PooledBuffer;
  /** Where the next pass writes. */
  readonly next: PooledBuffer;
  /** L2 norm of each row, from the first pass on: the rows are the same at every pass. */
  readonly norms: PooledBuffer;
  /** The mask of missing rows, or a single word. */
  readonly missing: PooledBuffer;
}

/** One k-means run. */
export class WebgpuAssignment implements Assignment {
  readonly engine: Engine;
  readonly rows: number;
  readonly columns: number;
  readonly clusters: number;
  readonly masked: boolean;
  /** Whether a pass has been made, so that the norms hold. */
  started = false;
  /** The buffers. */
  state: AssignmentState;

  constructor(
    engine: Engine,
    sizes: { readonly rows: number; readonly columns: number; readonly clusters: number },
    masked: boolean,
    state: AssignmentState,
  ) {
    this.engine = engine;
    this.rows = sizes.rows;
    this.columns = sizes.columns;
    this.clusters = sizes.clusters;
    this.masked = masked;
    this.state = state;
    engine.openHandle();
  }

  /** Makes the output of the pass the current labels. */
  advance(): void {
    const { labels, next } = this.state;
    this.state = { ...this.state, labels: next, next: labels };
    this.started = true;
  }

  async labels(): Promise<Int32Array> {
    const doing = `reading ${this.rows} labels`;
    const { labels } = this.state;
    if (this.rows === 0) return new Int32Array(0);
    const part = { buffer: labels, bytes: this.rows * 4 };
    this.engine.traffic.resultsDownloaded += part.bytes;
    return await this.engine.receive(doing, this.engine.commands(doing), [part], (bytes) => {
      return new Int32Array(bytes).slice();
    });
  }

  dispose(): void {
    this.engine.closeHandle(Object.values(this.state));
  }
}

/** The state before the first pass. */
export async function createAssignment(
  engine: Engine,
  rows: number,
  columns: number,
  clusters: number,
  missing: Uint8Array | undefined,
): Promise<WebgpuAssignment> {
  const doing = `creating an assignment of ${rows} x ${columns} to ${clusters} clusters`;
  expectVisible(doing, "the sums of all clusters", clusters * columns * 8, engine.limits);
  const mask = maskOf(missing);
  const taken: PooledBuffer[] = [];
  const take = async (bytes: number): Promise<PooledBuffer> => {
    const buffer = await engine.acquire(doing, bytes);
    taken.push(buffer);
    return buffer;
  };
  try {
    const state = {
      labels: await take(rows * 4),
      next: await take(rows * 4),
      norms: await take(rows * 4),
      missing: await take(mask.byteLength),
    };
    engine.send(doing, state.missing, mask);
    if (rows > 0) engine.send(doing, state.labels, new Int32Array(rows).fill(-1));
    return new WebgpuAssignment(engine, { rows, columns, clusters }, missing !== undefined, state);
  } catch (error) {
    for (const buffer of taken) engine.pool.release(buffer);
    throw error;
  }
}
