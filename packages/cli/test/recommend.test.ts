import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readBundle, readMmrecDataset } from "@wellbegun/adapters/node";
import { cpu, createTable, itemDegrees, readInitializer, recommend, type Table } from "@wellbegun/core";
import { splitOf, zeroShot } from "@wellbegun/evaluation";
import { afterAll, beforeAll, expect, it } from "vitest";
import { run } from "../src/index.ts";
import { wellbegun, wellbegunJson } from "./support/cli.ts";
import { type Row, smallDataset, temporaryFolder, writeDataset } from "./support/files.ts";

const source = mkdtempSync(join(tmpdir(), "wellbegun-recommend-"));
const data = join(source, "data");
const quick = ["--backend", "cpu", "--max-width", "32", "--content-width", "8", "--k", "10"];

beforeAll(async () => {
  const shape = ["--users", "300", "--items", "120", "--interactions", "2500", "--quiet"];
  expect(await run(["synth", "--out", data, ...shape])).toBe(0);
});

afterAll(() => rmSync(source, { recursive: true, force: true }));

/** The tables of a bundle, as they are multiplied. */
async function tablesOf(folder: string): Promise<{ users: Table; items: Table }> {
  const bundle = await readBundle(folder);
  const table = async (name: string): Promise<Table> => {
    const { rows, columns, data: values } = await bundle.readTable(name);
    return createTable(values as Float32Array, rows, columns!);
  };
  return { users: await table("users"), items: await table("items") };
}

it("recommend writes tables of the printed quality, and gives a known history its user's list", async () => {
  const out = join(temporaryFolder(), "out");
  const dataset = await readMmrecDataset(data);
  const { train } = dataset;
  // The first user with three items: one of them is disliked below.
  const user = train.offsets.findIndex((from, at) => train.offsets[at + 1]! - from >= 3);
  const history = [...train.items.slice(train.offsets[user], train.offsets[user + 1])];
  const histories = join(source, "new.jsonl");
  writeFileSync(
    histories,
    `${JSON.stringify({ user: "new", items: history })}\n\n{"user": 5, "items": [1, 999]}\n`,
  );
  const result = await wellbegunJson(["recommend", data, "--out", out, "--users", histories, ...quick]);

  const tables = await tablesOf(out);
  expect(tables.items.columns).toBe(result.chosen.k + 8);
  const { cuts } = await zeroShot(tables, splitOf(dataset, "test"), { k: [10], backend: cpu() });
  const joined = result.quality.rows.find(({ name }: { name: string }) => name === "joined");
  expect(joined.recall).toBeCloseTo(cuts[0]!.recall, 12);
  expect(joined.low).toBeLessThan(joined.recall);

  const lists = await recommend(tables, { k: 10, seen: train, backend: cpu() });
  expect(result.lists[0]).toMatchObject({
    user: "new",
    items: lists.of(user).map(({ item }) => item),
    unknown: [],
  });
  expect(result.lists[1]).toMatchObject({ user: 5, unknown: [999] });

  // The bundle's initializer folds in the same vector, and the list without a disliked item is what the vector ranks.
  const folder = readInitializer(readFileSync(join(out, "initializer.bin")));
  const known = folder.foldIn(history).vector;
  const row = tables.users.row(user);
  for (const [c, value] of known.entries()) expect(value).toBeCloseTo(row[c]!, 4);
  const disliked = history[0]!;
  const negatives = {
    items: history.slice(1),
    weights: history.slice(1).map((_, at) => 1 + at),
    negatives: [disliked],
  };
  writeFileSync(histories, JSON.stringify({ user: "new", ...negatives }));
  const again = await wellbegunJson([
    "recommend",
    data,
    "--out",
    out,
    "--force",
    "--users",
    histories,
    ...quick,
  ]);
  const { vector } = folder.foldIn(negatives.items, {
    weights: negatives.weights,
    negatives: negatives.negatives,
  });
  const users = createTable(vector, 1, vector.length);
  const seen = {
    userCount: 1,
    itemCount: train.itemCount,
    offsets: Uint32Array.of(0, history.length),
    items: Uint32Array.from(history),
  };
  const expected = await recommend({ users, items: tables.items }, { k: 10, seen, backend: cpu() });
  expect(again.lists[0].items).toEqual(expected.of(0).map(({ item }) => item));
  await dataset.close();
});

it("recommend prints no list for new users without a known item, and says why", async () => {
  const folder = temporaryFolder();
  const histories = join(folder, "new.jsonl");
  writeFileSync(
    histories,
    [
      '{"user": "stranger", "items": [998, 999], "negatives": [1]}',
      '{"user": "empty", "items": []}',
      '{"user": "known", "items": [1, 2]}',
    ].join("\n"),
  );
  const args = ["recommend", data, "--out", join(folder, "out"), "--force", "--users", histories, ...quick];
  const { lists } = await wellbegunJson(args);
  expect(lists[0]).toEqual({
    user: "stranger",
    items: [],
    scores: [],
    reason: "none of the items is known",
    unknown: [998, 999],
  });
  expect(lists[1]).toMatchObject({ items: [], reason: "the history has no items" });
  expect(lists[2].reason).toBeNull();
  expect(lists[2].items).toHaveLength(10);
  const { stdout } = await wellbegun(args);
  // The options try one width alone.
  expect(stdout).toMatch(/note +the only width tried is 32: --max-width 16 tries a narrower one/);
  expect(stdout).toMatch(/stranger +no list: none of the items is known {2}\(unknown: 998 999\)/);
});

it("An explanation adds up to the product of the bundle's rows", async () => {
  const out = join(temporaryFolder(), "out");
  const { explanation } = await wellbegunJson([
    "recommend",
    data,
    "--out",
    out,
    "--explain",
    "12,30",
    ...quick,
  ]);
  const { users, items } = await tablesOf(out);
  const score = users.row(12).reduce((sum, value, c) => sum + value * items.row(30)[c]!, 0);
  expect(explanation.score).toBeCloseTo(score, 4);
  const parts = explanation.history.map(
    (own: { collaborative: number; content: number }) => own.collaborative + own.content,
  );
  expect(parts.reduce((sum: number, value: number) => sum + value, 0)).toBeCloseTo(score, 4);
});

it("recommend --fill-cold prints its cost over all and its gain on cold items, and writes the filled tables", async () => {
  const folder = temporaryFolder();
  const out = join(folder, "out");
  const sparse = join(folder, "sparse");
  const shape = ["--users", "300", "--items", "600", "--interactions", "2500", "--quiet"];
  expect(await run(["synth", "--out", sparse, ...shape])).toBe(0);
  const dataset = await readMmrecDataset(sparse);
  const result = await wellbegunJson(["recommend", sparse, "--out", out, "--fill-cold", "3", ...quick]);
  expect(result.chosen.fillCold).toBe(3);
  // The bundle's initializer folds in a train user as his row, and its items are the filled ones.
  const filled = readInitializer(readFileSync(join(out, "initializer.bin")));
  const written = await tablesOf(out);
  const { offsets, items: touched } = dataset.train;
  for (const user of [0, 17, 123]) {
    const { vector } = filled.foldIn(touched.subarray(offsets[user], offsets[user + 1]));
    for (const [c, value] of vector.entries()) expect(value).toBeCloseTo(written.users.row(user)[c]!, 4);
  }
  for (const [at, value] of filled.items.data.entries())
    expect(value).toBeCloseTo(written.items.data[at]!, 5);
  const row = (wanted: string) => result.quality.rows.find(({ name }: { name: string }) => name === wanted);
  const { cuts } = await zeroShot(await tablesOf(out), splitOf(dataset, "test"), { k: [10], backend: cpu() });
  expect(row("joined").recall).toBeCloseTo(cuts[0]!.recall, 12);
  const { difference } = result.quality.againstUnfilled;
  expect(difference).toBeCloseTo(row("joined").recall - row("unfilled").recall, 12);
  const plain = await wellbegunJson(["recommend", sparse, "--out", join(folder, "plain"), ...quick]);
  expect(plain.quality.againstUnfilled).toBeNull();
  const joined = plain.quality.rows.find(({ name }: { name: string }) => name === "joined");
  expect(row("unfilled")).toEqual({ ...joined, name: "unfilled" });
  const { stdout } = await wellbegun([
    "recommend",
    sparse,
    "--out",
    join(folder, "text"),
    "--fill-cold",
    ...quick,
  ]);
  expect(stdout).toMatch(/cold items +(filled from their content|as they are: no norm finds more)/);
  await dataset.close();
});

it("recommend --fill-cold says that nothing was filled where no item is cold, and keeps the initializer", async () => {
  const folder = temporaryFolder();
  const dataset = await readMmrecDataset(data);
  expect(Math.min(...itemDegrees(dataset.train))).toBeGreaterThan(2);
  await dataset.close();
  for (const factor of [[], ["3"]]) {
    const out = join(folder, `out${factor}`);
    const args = ["recommend", data, "--out", out, ...quick, "--fill-cold", ...factor];
    const { stdout } = await wellbegun(args);
    expect(stdout).toMatch(/cold items +none to fill: no item with content has at most 2 train rows/);
    expect(stdout).not.toContain("filling, over all");
    expect(existsSync(join(out, "initializer.bin"))).toBe(true);
  }
});

it("Equal runs of recommend write equal bytes", async () => {
  const folder = temporaryFolder();
  for (const out of ["once", "again"]) {
    expect(await run(["recommend", data, "--out", join(folder, out), "--quiet", ...quick])).toBe(0);
  }
  for (const file of ["manifest.json", "users.npy", "items.npy"]) {
    expect(readFileSync(join(folder, "once", file)).equals(readFileSync(join(folder, "again", file)))).toBe(
      true,
    );
  }
});

it.each([
  { name: "a line that is no history", line: '{"user": 1}\n', args: [], message: /new.jsonl, line 1/ },
  {
    name: "a user that is not there",
    line: undefined,
    args: ["--explain", "300,1"],
    message: /user as a whole number/,
  },
  {
    name: "an item that is not there",
    line: undefined,
    args: ["--explain", "1,120"],
    message: /item as a whole number from 0 to 119/,
  },
  { name: "one ID to explain", line: undefined, args: ["--explain", "1"], message: /a user and an item/ },
  ...["0", "0.2", "3.1", "-1"].map((factor) => ({
    name: `--fill-cold=${factor}`,
    line: undefined,
    args: [`--fill-cold=${factor}`],
    message: /a number from 0.25 to 3/,
  })),
  { name: "no place for the bundle", line: undefined, args: undefined, message: /option --out/ },
])("$name ends recommend without a bundle", async ({ line, args, message }) => {
  const folder = temporaryFolder();
  const histories = join(folder, "new.jsonl");
  if (line !== undefined) writeFileSync(histories, line);
  const out = args === undefined ? [] : ["--out", join(folder, "out")];
  const given = line === undefined ? [] : ["--users", histories];
  const { status, stderr } = await wellbegun([
    "recommend",
    data,
    ...out,
    ...given,
    ...(args ?? []),
    ...quick,
  ]);
  expect(status).not.toBe(0);
  expect(stderr).toMatch(message);
  expect(existsSync(join(folder, "out"))).toBe(false);
});

it("Histories and the pair to explain are checked before the search, which would fail here", async () => {
  const folder = temporaryFolder();
  const histories = join(folder, "new.jsonl");
  writeFileSync(histories, '{"user": 1}');
  // All validation rows are train rows, so that the search finds nothing to judge by.
  const seen = writeDataset(folder, "seen", {
    ...smallDataset(),
    rows: smallDataset().rows.flatMap(([user, item, label]): Row[] =>
      label === 0
        ? [
            [user, item, 0],
            [user, item, 1],
          ]
        : [],
    ),
  });
  const failure = async (...more: string[]): Promise<string> => {
    const args = ["recommend", seen, "--out", join(folder, "out"), ...quick, ...more];
    const { status, stderr } = await wellbegun(args);
    expect(status).not.toBe(0);
    return stderr;
  };
  expect(await failure()).toMatch(/not train interactions too/);
  expect(await failure("--users", histories)).toMatch(/new\.jsonl, line 1/);
  expect(await failure("--explain", "300,1")).toMatch(/option --explain/);
});

it("recommend, evaluate, inspect and wire need no features; what needs them refuses a dataset without", async () => {
  const folder = temporaryFolder();
  const [plain, out] = [join(folder, "plain"), join(folder, "out")];
  mkdirSync(plain);
  copyFileSync(join(data, "data.inter"), join(plain, "plain.inter"));
  const result = await wellbegunJson(["recommend", plain, "--out", out, ...quick]);
  expect(result.chosen).toMatchObject({ weight: 0, modalities: {} });
  expect(result.quality.rows.map(({ name }: { name: string }) => name)).toEqual([
    "popularity",
    "item-kNN",
    "EASE",
    "collaborative",
  ]);
  expect(result.quality).toMatchObject({ againstControl: null, againstCollaborative: null });
  const tables = await tablesOf(out);
  const dataset = await readMmrecDataset(data);
  const { cuts } = await zeroShot(tables, splitOf(dataset, "test"), { k: [10], backend: cpu() });
  expect(result.quality.rows.at(-1).recall).toBeCloseTo(cuts[0]!.recall, 12);
  const initializer = readInitializer(readFileSync(join(out, "initializer.bin")));
  expect(initializer.items.columns).toBe(result.chosen.k);

  const evaluated = await wellbegun(["evaluate", plain, "--bundle", out, "--backend", "cpu", "--k", "10"]);
  expect(evaluated).toMatchObject({ status: 0 });
  const inspected = await wellbegun(["inspect", plain]);
  expect(inspected.stdout).toContain("No features");
  const needed: string[][] = [
    ["init", plain, "--out", join(folder, "init")],
    ["tune", plain],
    ["evaluate", plain],
    ["recommend", plain, "--out", join(folder, "filled"), "--fill-cold", ...quick],
    ["recommend", plain, "--out", join(folder, "why"), "--explain", "1,2", ...quick],
  ];
  for (const args of needed) {
    const refused = await wellbegun(args);
    expect(refused.status, args.join(" ")).toBe(1);
    expect(refused.stderr, args.join(" ")).toMatch(/features/);
  }
  for (const name of ["init", "filled", "why"]) expect(existsSync(join(folder, name)), name).toBe(false);
});
