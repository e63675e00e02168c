import { IdIndex, interactionsFromPairs } from "@wellbegun/core";
import { createRandom } from "@wellbegun/core/support";
import { describe, expect, it } from "vitest";
import { alignrec, bpr, train, vbpr } from "../src/index.ts";
import { smallData } from "./support/dataset.ts";

const data = smallData();
const random = createRandom(2, "start");
const table = (rows: number, columns: number, scale: number) => ({
  data: Float32Array.from({ length: rows * columns }, () => random.normal() * scale),
  rows,
  columns,
});
const users = table(40, 8, 3);
const items = table(30, 8, 5);
const untrained = { dimensions: 8, epochs: 0 } as const;
const rms = (values: Float32Array): number => Math.hypot(...values) / Math.sqrt(values.length);

describe("Tables to start from", () => {
  it("are scaled to the root mean square of a random start, both by one factor", async () => {
    const started = await train(data, { ...untrained, model: bpr(), start: { users, items } });
    const expected = Math.sqrt(2 / 48);
    expect(rms(started.users.data)).toBeCloseTo(expected, 5);
    expect(rms(started.items.data) / rms(started.users.data)).toBeCloseTo(
      rms(items.data) / rms(users.data),
      4,
    );
    const doubled = await train(data, { ...untrained, model: bpr(), start: { users, items, factor: 2 } });
    expect(rms(doubled.users.data)).toBeCloseTo(2 * expected, 5);
  });

  it("stay as they are without scaling, and keep the other side random", async () => {
    const plain = await train(data, { ...untrained, model: bpr() });
    const started = await train(data, { ...untrained, model: bpr(), start: { users, scale: "none" } });
    expect(started.users.data).toEqual(users.data);
    expect(started.items.data).toEqual(plain.items.data);
  });

  it("fill both halves of a parameter that is twice as wide", async () => {
    const started = await train(data, { ...untrained, model: vbpr(), start: { users, scale: "none" } });
    const row = users.data.subarray(5 * 8, 6 * 8);
    expect([...started.users.row(5)]).toEqual([...row, ...row]);
  });

  it("may be those of another trained model, for VBPR its own as well", async () => {
    const first = await train(data, { ...untrained, epochs: 2, model: bpr(), batchSize: 32 });
    const start = { users: first.users, items: first.items, scale: "none" } as const;
    const started = await train(data, { ...untrained, model: bpr(), start });
    expect(started.users.data).toEqual(first.users.data);
    const wide = await train(data, { ...untrained, epochs: 2, model: vbpr(), batchSize: 32 });
    const again = await train(data, {
      ...untrained,
      model: vbpr(),
      start: { users: wide.users, items: wide.items, scale: "none" },
    });
    expect(again.users.data).toEqual(wide.users.data);
    for (let item = 0; item < 30; item++) {
      expect(again.items.row(item).slice(0, 8)).toEqual(wide.items.row(item).slice(0, 8));
    }
    const narrow = await train(data, { ...untrained, model: bpr(), start: { items: wide.items } }).catch(
      String,
    );
    expect(narrow).toMatch(/8 columns, the width of the model.*found 16/);
  });

  it("are permuted as a control: the same rows in another order", async () => {
    const start = { users, items, scale: "none", permuted: true } as const;
    const started = await train(data, { ...untrained, model: bpr(), start });
    const rows = (values: Float32Array): string[] =>
      Array.from({ length: 40 }, (_, row) => values.slice(row * 8, (row + 1) * 8).join()).sort();
    expect(started.users.data).not.toEqual(users.data);
    expect(rows(started.users.data)).toEqual(rows(users.data));
  });

  it("are refused with other rows, IDs, columns or values that are not finite", async () => {
    const attempt = async (start: object): Promise<string> =>
      await train(data, { ...untrained, model: alignrec({ neighbors: 3 }), start }).then(
        () => "accepted",
        (error: unknown) => String(error),
      );
    expect(await attempt({ users: table(41, 8, 1) })).toMatch(/expected 40 users.*found 41 \(start, users\)/);
    expect(await attempt({ items: table(30, 5, 1) })).toMatch(/expected 8 columns.*found 5 \(start, items\)/);
    // A table in both halves of the vectors would be a model of half the width.
    expect(await attempt({ users: table(40, 4, 1) })).toMatch(/expected 8 columns.*found 4 \(start, users\)/);
    const half = { ...untrained, model: vbpr(), start: { items: table(30, 4, 1) } };
    expect(await train(data, half).catch(String)).toMatch(
      /expected 8 or 16 columns.*found 4 \(start, items\)/,
    );
    const broken = table(40, 8, 1);
    broken.data[13] = Number.NaN;
    expect(await attempt({ users: broken })).toMatch(/users, row 1, column 5/);
    const named = interactionsFromPairs([
      ["ann", "jam"],
      ["bob", "tea"],
    ]);
    const error = await train(
      { train: named, features: {} },
      {
        ...untrained,
        model: bpr(),
        start: { users: { ...table(2, 8, 1), ids: new IdIndex(["bob", "ann"]) } },
      },
    ).catch(String);
    expect(error).toMatch(/their order: ann, found bob \(start, users, row 0\)/);
  });
});
