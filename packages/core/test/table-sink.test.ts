import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { fit, fitInto, type TableSink, wasm } from "../src/index.ts";
import { randomData, toInput } from "./support/dataset.ts";

const input = toInput(randomData({ users: 300, items: 200, widths: { image: 32 }, seed: 3, missing: 0.1 }));
const options = { clusters: 3, restarts: 1, project: "none" } as const;
/** Blocks of fewer than all users. */
const memory = 60_000;

/** Keeps tables, and looks at each view as late as it may. */
class SlowSink implements TableSink {
  readonly tables: Record<string, Float32Array> = {};
  readonly writes: string[] = [];
  #underWay = 0;

  begin(name: string, rows: number, columns: number): void {
    this.tables[name] = new Float32Array(rows * columns);
  }

  async write(name: string, firstRow: number, view: Float32Array): Promise<void> {
    expect(++this.#underWay).toBe(1);
    await delay(2);
    this.tables[name]!.set(view, firstRow * 32);
    this.writes.push(name);
    this.#underWay--;
  }
}

it("A block that is written while the next one is made keeps its rows until it has been written", async () => {
  const expected = await fit(input, options);
  for (const threads of [1, 2]) {
    const backend = await wasm({ threads });
    const sink = new SlowSink();
    await fitInto(input, { ...options, backend, memory, perModality: false }, sink);
    await backend.dispose();
    expect(sink.writes.filter((name) => name === "users").length).toBeGreaterThan(3);
    for (const name of ["users", "items"] as const) {
      const table = expected[name].data;
      const rounding = 1e-5 * Math.max(...table.map(Math.abs));
      expect(sink.tables[name]).toHaveLength(table.length);
      sink.tables[name]!.forEach((value, i) => {
        if (!(Math.abs(value - table[i]!) <= rounding)) expect(value, `${name} ${i}`).toBe(table[i]);
      });
    }
  }
});

it("A block that cannot be written ends the fit with the sink's error, and nothing is written after it", async () => {
  const backend = await wasm({ threads: 1 });
  let writes = 0;
  const sink: TableSink = {
    begin: () => {},
    write: async () => {
      if (++writes < 3) return;
      await delay(2);
      throw new Error("no room");
    },
  };
  await expect(fitInto(input, { ...options, backend, memory, perModality: false }, sink)).rejects.toThrow(
    "no room",
  );
  await delay(20);
  expect(writes).toBe(3);
  await backend.dispose();
});
