import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type LogOptions, readInteractions } from "@wellbegun/adapters/columns";
import { type Id, type IdBlocks, IdIndex, type ProgressEvent } from "@wellbegun/core";
import { createRandom } from "@wellbegun/core/support";
import { expect, it } from "vitest";
import { type DuckdbLogOptions, openLog, readLog } from "../src/index.ts";
import { duckdbRun, expectFailure, pairsOf, sourceOf, temporaryFolder } from "./helpers.ts";
import { describeWithDuckdb } from "./peers.ts";

/** Rows of a log with everything that a log has: repetitions, weights, times, labels, two files. */
const random = createRandom(11, "log");
const rows = Array.from({ length: 5000 }, (_, row) => ({
  u: `user ${Math.floor(300 * random.uniform() ** 2)}`,
  i: Math.floor(200 * random.uniform() ** 3) * 1_000_000_007,
  w: Math.fround(0.5 + Math.floor(8 * random.uniform())),
  t: new Date(Date.UTC(2024, 0, 1) + row * 3_600_000 * 2),
  s: random.integer(3),
}));

/** The same rows for the reader in JavaScript, which has nothing in common with DuckDB. */
const source = sourceOf(rows);

describeWithDuckdb("A log through DuckDB", (duckdb) => {
  const folder = temporaryFolder();
  const temp = join(folder, "temp");
  mkdirSync(temp);
  const columns = { userColumn: "u", itemColumn: "i" };
  const base = { duckdb, temp, ...columns };
  const write = async (name: string, select: string, options = ""): Promise<string> => {
    const path = join(folder, name);
    await duckdbRun(duckdb, `copy (${select}) to '${path}' ${options}`);
    return path;
  };
  const left = (): string[] => readdirSync(temp);
  const jsonl = join(folder, "log.jsonl");
  writeFileSync(jsonl, rows.map((row) => JSON.stringify({ ...row, t: row.t.toISOString() })).join("\n"));
  const typed = `select u::varchar u, i::bigint i, w::double w, t::timestamp t, s::int s from read_json('${jsonl}')`;

  it.each(["parquet", "csv", "jsonl"])(
    "in %s gives what the reader in JavaScript gives",
    async (extension) => {
      const parts = join(folder, extension);
      mkdirSync(parts);
      for (const [part, limit] of ["limit 2000", "offset 2000"].entries()) {
        const format = extension === "jsonl" ? "(format json)" : `(format ${extension})`;
        await write(`${extension}/${part}.${extension}`, `${typed} ${limit}`, format);
      }
      const cases: readonly Partial<LogOptions>[] = [
        {},
        { duplicates: "sum" },
        { weightColumn: "w" },
        { weightColumn: "w", duplicates: "sum" },
        { weightColumn: "w", duplicates: "last" },
        { split: { by: "label", column: "s" }, weightColumn: "w" },
        { split: { by: "time", column: "t", validationFrom: "2024-10-01", testFrom: "2024-12-01T12:00" } },
        { minUser: 7, minItem: 9 },
        {
          minUser: 6,
          minItem: 9,
          alsoItems: [0, 5, 1_000_000_007, 2 ** 52],
          split: { by: "label", column: "s" },
        },
      ];
      // Text files differ in how they are read alone, which some cases show.
      for (const options of extension === "parquet" ? cases : [cases[4]!, cases[6]!, cases.at(-1)!]) {
        const expected = await readInteractions([source], { ...columns, ...options });
        const found = await readLog({ ...base, ...options, files: join(parts, `*.${extension}`) });
        expect(expected.train.items.length).toBeGreaterThan(0);
        expect(Object.keys(found)).toEqual(Object.keys(expected));
        expect(found.repeatedRows).toBe(expected.repeatedRows);
        if (options.minUser === 7) expect(expected.train.userCount % 300).toBeGreaterThan(20);
        for (const split of ["train", "validation", "test"] as const) {
          expect(pairsOf(found[split])).toEqual(pairsOf(expected[split]));
          expect(found[split]?.userIds?.ids).toEqual(expected[split]?.userIds?.ids);
          expect(found[split]?.itemIds?.ids).toEqual(expected[split]?.itemIds?.ids);
        }
      }
      expect(left()).toEqual([]);
    },
  );

  it("of IDs that are row numbers keeps no IDs, and of other numbers does", async () => {
    const dense = await write(
      "dense.parquet",
      "select (i * 7) % 100 as u, (i * 3) % 50 as i from range(1000) t(i)",
    );
    const { train } = await readLog({ ...base, files: dense });
    expect([train.userCount, train.itemCount, train.userIds, train.itemIds]).toEqual([
      100,
      50,
      undefined,
      undefined,
    ]);
    const wide = await write(
      "wide.parquet",
      "select [-3, 5, 1152921504606846976][i % 3 + 1] as u, i::double as i from range(6) t(i)",
    );
    const others = await readLog({ ...base, files: wide });
    expect(others.train.userIds?.ids).toEqual([-3, 5, 2n ** 60n]);
    expect(others.train.itemIds).toBeUndefined();
  });

  it("is cut into blocks that form the whole, users without interactions included", async () => {
    const path = await write(
      "gaps.parquet",
      "select 10 * (i % 40) as u, i % 97 as i, (i % 3 > 1)::int as s from range(4000) t(i) where i % 40 not between 11 and 29 or i % 3 > 1",
    );
    const log = await openLog({ ...base, files: path, split: { by: "label", column: "s" } });
    try {
      for (const split of log.splits) {
        const whole = await log.interactions(split);
        for (const sizes of [
          { rows: 3 },
          { rows: 1000 },
          { pairs: 1 },
          { rows: 5, pairs: 40 },
          { rows: 0 },
        ]) {
          const items: number[] = [];
          const offsets = [0];
          let next = 0;
          for await (const block of log.blocks(split, sizes)) {
            expect(block.firstRow).toBe(next);
            expect(block.rows).toBeLessThanOrEqual(Math.max(1, sizes.rows ?? Number.POSITIVE_INFINITY));
            expect([block.offsets.length, block.offsets[0]]).toEqual([block.rows + 1, 0]);
            for (const offset of block.offsets.subarray(1)) offsets.push(items.length + offset);
            items.push(...block.items);
            next += block.rows;
          }
          expect(next).toBe(40);
          expect(items).toEqual([...whole.items]);
          expect(offsets).toEqual([...whole.offsets]);
        }
      }
    } finally {
      await log.close();
      await log.close();
    }
  });

  it("of one heavy user and one heavy item is the same as in JavaScript", async () => {
    const path = await write(
      "skewed.parquet",
      "select 0 as u, i from range(100000) t(i) union all select 1 + i % 200000 as u, 17 as i from range(250000) t(i)",
    );
    const { train } = await readLog({ ...base, files: path, memory: "200MB" });
    expect(train.userCount).toBe(200_001);
    expect(train.offsets[1]).toBe(100_000);
    expect(train.items.every((item, e) => (e < 100_000 ? item === e : item === 17))).toBe(true);
    expect(train.items.length).toBe(300_000);
  });

  it("sorts text IDs as the reader in JavaScript does", async () => {
    const ids = ["\u{1f600}", "\uff01", "é", "z", "Z", "10", "9", "a b", "a'b", 'a"b', ""];
    const path = join(folder, "texts.jsonl");
    writeFileSync(path, ids.map((u, i) => JSON.stringify({ u, i: `x${i}` })).join("\n"));
    const { train } = await readLog({ ...base, files: path });
    const javascript = await readInteractions(
      [
        {
          label: "",
          names: ["u", "i"],
          async *batches() {
            yield { firstRow: 0, rows: ids.length, columns: [ids, ids.map((_, i) => `x${i}`)] };
          },
        },
      ],
      columns,
    );
    expect(train.userIds?.ids).toEqual(javascript.train.userIds?.ids);
    expect(train.userIds).toBeInstanceOf(IdIndex);
  });

  it("is refused with the file, row, column and value of the first fault, and leaves nothing", async () => {
    const read =
      (options: Partial<DuckdbLogOptions> & Pick<DuckdbLogOptions, "files">): (() => Promise<unknown>) =>
      () =>
        readLog({ ...base, ...options });
    const good = await write(
      "good.parquet",
      `select 'a' as u, 1 as i, 2.5 as w, 'train' as s, timestamp '2024-01-01' as t`,
    );
    await expectFailure(read({ files: join(folder, "none*.parquet") }), "io", "none*.parquet");
    await expectFailure(
      read({ files: good, userColumn: "user" }),
      "format",
      'a column "user"',
      "u, i, w, s, t",
      "good.parquet",
    );
    await expectFailure(read({ files: good, weightColumn: "s" }), "format", "weights", "VARCHAR", "column s");
    await expectFailure(
      read({ files: good, split: { by: "time", column: "t", testFrom: 5 } }),
      "format",
      "numbers",
      "TIMESTAMP",
    );
    await expectFailure(read({ files: good, minUser: 9 }), "invalid-data", "at least 9 items", "found none");
    await expectFailure(read({ files: good, alsoItems: ["x"] }), "mismatch", "one kind", '"x"');
    await expectFailure(read({ files: "log.txt" }), "invalid-option", "log.txt", "option format");
    await expectFailure(read({ files: good, memory: "much" }), "invalid-option", "memory");
    await expectFailure(
      read({ files: good, memory: Number.NaN }),
      "invalid-option",
      "found NaN (option memory)",
    );
    await expectFailure(read({ files: good, threads: 0 }), "invalid-option", "threads");
    await expectFailure(read({ files: good, temp: join(folder, "nowhere") }), "io", "nowhere");
    const nulls = await write(
      "nulls.parquet",
      "select case when i = 77 then null else i end as u, i from range(100) t(i)",
    );
    await expectFailure(read({ files: nulls }), "invalid-data", "null", "nulls.parquet, row 77, column u");
    const halves = await write(
      "halves.parquet",
      "select i::double + (i = 5)::int / 2 as u, i from range(9) t(i)",
    );
    await expectFailure(read({ files: halves }), "invalid-data", '"5.5"', "row 5, column u");
    const weights = await write("weights.parquet", "select i as u, i, 3 - i as w from range(9) t(i)");
    await expectFailure(
      read({ files: weights, weightColumn: "w" }),
      "invalid-data",
      "weight",
      '"0"',
      "row 3, column w",
    );
    const labels = await write(
      "labels.csv",
      "select i as u, i, case i when 4 then 'dev' else 'train' end as s from range(9) t(i)",
    );
    await expectFailure(
      read({ files: labels, split: { by: "label", column: "s" } }),
      "invalid-data",
      '"dev"',
      "labels.csv, column s",
    );
    const broken = join(folder, "broken.parquet");
    writeFileSync(broken, "PAR1 this is no Parquet file PAR1");
    await expectFailure(read({ files: broken }), "format", "broken.parquet");
    expect(left()).toEqual([]);
  });

  it("stops when it is aborted, reports its progress, and leaves nothing", async () => {
    const big = await write(
      "big.parquet",
      "select hash(i) % 60000 as u, hash(i + 1) % 4000 as i from range(300000) t(i)",
    );
    const events: ProgressEvent[] = [];
    await readLog({ ...base, files: big, onProgress: (event) => events.push(event), threads: 1 });
    expect(events.every(({ stage, done, total }) => stage === "load" && done >= 0 && done <= total)).toBe(
      true,
    );
    const notes = new Set(events.map(({ note }) => note));
    expect(notes).toContain("finding the users");
    expect(notes).toContain("sorting the train interactions");
    for (const name of notes) {
      const done = events.filter(({ note }) => note === name).map((event) => event.done);
      expect(done[0]).toBe(0);
      expect(done.at(-1)).toBe(100);
    }
    // An abort ends the run whichever query has just started.
    for (const name of notes) {
      const controller = new AbortController();
      const onProgress = ({ note }: ProgressEvent): void => {
        if (note === name) controller.abort(new Error("enough"));
      };
      await expectFailure(
        () => readLog({ ...base, files: big, signal: controller.signal, onProgress, threads: 1 }),
        "aborted",
      );
      expect(left()).toEqual([]);
    }
  });

  it("reads the IDs of users and items side by side, also where a part of them is left", async () => {
    const files = await write(
      "ids.parquet",
      "select 'user ' || i % 60000 as u, 'item ' || i % 50000 as i from range(300000) t(i)",
    );
    const log = await openLog({ ...base, files });
    const source = await log.source("train");
    const users = source.userIds as IdBlocks;
    const part = users.blocks() as AsyncGenerator<readonly Id[]>;
    await part.next();
    const whole = collect(users);
    await part.return(undefined);
    const [userIds, itemIds] = await Promise.all([log.userIds(), log.itemIds()]);
    expect([userIds?.size, itemIds?.size]).toEqual([60_000, 50_000]);
    expect(await whole).toEqual(userIds?.ids);
    await log.close();
    await expectFailure(() => collect(users), "io", "instance closed");
  });

  it("reports too little memory, and leaves nothing", async () => {
    // One value is larger than the memory, so that no order of work and no temporary file helps.
    const wide = await write(
      "strings.parquet",
      "select repeat('x', 20000000) || i as u, i::varchar as i from range(3) t(i)",
    );
    await expectFailure(() => readLog({ ...base, files: wide, memory: "4MB" }), "limit", "memory");
    expect(left()).toEqual([]);
  });
});

async function collect(ids: IdBlocks): Promise<Id[]> {
  const list: Id[] = [];
  for await (const block of ids.blocks()) list.push(...block);
  return list;
}
