import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { decodeNpy } from "@wellbegun/adapters/npy";
import { beforeAll, expect, it } from "vitest";
import { wellbegun } from "./support/cli.ts";
import { describeWithEncoders, miniLmFolder, wellbegunWithEncoders } from "./support/encoders.ts";
import { folderHashes, sharedFolder, temporaryFolder } from "./support/files.ts";

const folder = sharedFolder();
const duckdb = (process.env.WELLBEGUN_PEERS ?? "")
  .split(delimiter)
  .find((place) => place !== "" && existsSync(join(place, "node_modules", "@duckdb", "node-api")));
const items = 700;

/** A catalog with long texts, gaps, and images of which some are missing. */
function writeCatalog(path: string): void {
  const lines = Array.from({ length: items }, (_, i) =>
    JSON.stringify({
      asin: `B${i}`,
      title: i % 100 === 7 ? null : `Product ${i}`,
      description: i % 100 === 7 ? "" : `for ${["home", "garden", "sport"][i % 3]} `.repeat(1 + (i % 10)),
      image_path: i % 2 === 0 ? "pictures/none.png" : null,
    }),
  );
  writeFileSync(path, `${lines.join("\n")}\n`);
}

it("embed without the package of its runtime says what to install, and writes nothing.", async () => {
  const here = temporaryFolder();
  const catalog = join(here, "catalog.jsonl");
  writeCatalog(catalog);
  const out = join(here, "out");
  const args = ["embed", catalog, "--id", "asin", "--text", "title", "--offline", "--out", out];
  const { status, stderr } = await wellbegun(args);
  expect(status).toBe(1);
  expect(stderr).toMatch(/npm install .*@huggingface\/transformers|the model .*encoder for text/);
  expect(existsSync(out)).toBe(false);
});

it("embed names the option that is missing or the column that is not there.", async () => {
  const here = temporaryFolder();
  const catalog = join(here, "catalog.jsonl");
  writeCatalog(catalog);
  const declared = join(here, "declared");
  mkdirSync(declared);
  writeFileSync(join(declared, "encoder.json"), "{}");
  const cases: readonly [readonly string[], string][] = [
    [["--out", join(here, "out")], "--text, --image or --audio"],
    [["--text", "title"], "option --out"],
    [["--text", "title", "--out", join(here, "out")], 'a column "id"'],
    [["--id", "asin", "--audio", "sound", "--out", join(here, "out")], "option --audio-encoder"],
    [["--id", "asin", "--text", "title,summary", "--out", join(here, "out")], 'a column "summary"'],
    [
      ["--id", "asin", "--text", "title", "--text-encoder", "./nosuch", "--out", join(here, "out")],
      "expected a folder, found nothing there",
    ],
    [["--id", "asin", "--text", "title", "--workers", "0", "--out", join(here, "out")], "option --workers"],
    [
      ["--id", "asin", "--text", "title", "--image-encoder", "x", "--out", join(here, "out")],
      "--image-encoder",
    ],
    [["--text", "title", "--text-encoder", declared, "--model-dtype", "q8", "--out", here], "--model-dtype"],
    [["--text", "title", "--text-encoder", declared, "--pooling", "cls", "--out", here], "--pooling"],
  ];
  for (const [args, found] of cases) {
    const { status, stderr } = await wellbegun(["embed", catalog, ...args]);
    expect(status).not.toBe(0);
    expect(stderr).toContain(found);
  }
});

it("embed refuses to write among the files of a folder that is the catalog.", async () => {
  const here = temporaryFolder();
  writeFileSync(join(here, "a.txt"), "first");
  for (const [catalog, out] of [
    [".", "data"],
    [here, join(here, "sub", "data")],
    [`${here}/`, here],
  ] as const) {
    const { status, stderr } = await wellbegun(["embed", catalog, "--text", "text", "--out", out], {
      cwd: here,
    });
    expect(status).not.toBe(0);
    expect(stderr).toContain("expected a folder outside the catalog");
  }
});

describeWithEncoders("embed with MiniLM", () => {
  const catalog = join(folder, "catalog.jsonl");
  const data = join(folder, "data");
  let encoder: string;
  const embed = (out: string, place: string, ...more: string[]): string[] => [
    ...["embed", catalog, "--id", "asin", "--text", "title,description", "--text-encoder", place],
    ...["--out", out, "--threads", "1", ...more],
  ];

  beforeAll(() => {
    writeCatalog(catalog);
    encoder = miniLmFolder(folder, 16);
  });

  it("embed writes features, IDs, mask, reasons and what made them, and counts the texts that it cut.", async () => {
    const { status, stdout, stderr } = await wellbegunWithEncoders([...embed(data, encoder), "--json"]);
    expect(status, stderr).toBe(0);
    const { text } = JSON.parse(stdout).modalities;
    expect(text).toMatchObject({ missing: 7, reasons: { "no text": 7 } });
    // Two tokens begin and end a text, "Product 12" has two or more, each "for home" two: texts with 7 or more of these are cut.
    expect(text.truncated).toBeGreaterThan(0.35 * items);
    expect(text.truncated).toBeLessThan(0.65 * items);
    expect(Object.keys(folderHashes(data))).toEqual([
      ...["features.json", "item_ids.txt", "missing_items.jsonl", "text_feat.npy", "text_missing.npy"],
    ]);
  });

  it("A run that is killed with SIGKILL goes on when it is started again, and gives the same bytes.", async () => {
    const out = join(folder, "killed");
    let killed = false;
    const log = join(folder, ".killed.unfinished", "blocks.jsonl");
    const { status } = await wellbegunWithEncoders(embed(out, encoder, "--workers", "1"), {
      onStart: (child) => {
        const timer = setInterval(() => {
          if (!existsSync(log) || readFileSync(log, "utf8").split("\n").length < 2) return;
          killed = child.kill("SIGKILL");
          clearInterval(timer);
        }, 5);
        child.on("close", () => clearInterval(timer));
      },
    });
    expect([killed, status]).toEqual([true, null]);
    expect(existsSync(out)).toBe(false);
    const before = readFileSync(log, "utf8").trim().split("\n").length;
    expect(before).toBeGreaterThanOrEqual(1);
    expect(before).toBeLessThan(3);
    const again = await wellbegunWithEncoders(embed(out, encoder));
    expect(again.status, again.stderr).toBe(0);
    expect(folderHashes(out)).toEqual(folderHashes(data));
    expect(existsSync(log)).toBe(false);
  });

  it("float16 halves the features and changes them by rounding alone.", async () => {
    const out = join(folder, "half");
    const { status, stderr } = await wellbegunWithEncoders(embed(out, encoder, "--dtype", "float16"));
    expect(status, stderr).toBe(0);
    const whole = decodeNpy(readFileSync(join(data, "text_feat.npy")));
    const half = decodeNpy(readFileSync(join(out, "text_feat.npy")));
    expect([half.dtype, half.shape]).toEqual(["float16", whole.shape]);
    expect(readFileSync(join(out, "text_feat.npy")).length).toBeLessThan(
      0.51 * readFileSync(join(data, "text_feat.npy")).length,
    );
  });

  it("init takes the features for a log with the same IDs, and the bundle names the encoder; another encoder is told apart.", async () => {
    const log = join(folder, "log.parquet");
    await writeLog(log);
    const columns = ["--user-column", "user", "--item-column", "asin"];
    const out = join(folder, "bundle");
    const init = await wellbegunWithEncoders([
      "init",
      data,
      "--interactions",
      log,
      ...columns,
      "--out",
      out,
      "--dim",
      "16",
    ]);
    expect(init.status, init.stderr).toBe(0);
    const { input, report } = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8"));
    const made = JSON.parse(readFileSync(join(data, "features.json"), "utf8")).modalities.text;
    expect(input.features.text.encoder).toEqual(made.encoder);
    expect(made.missing).toBe(7);
    expect(report.input.modalities.text.missingItems).toBe(7);

    cpSync(data, join(folder, "pair", "one"), { recursive: true });
    const shorter = await wellbegunWithEncoders(embed(join(folder, "pair", "two"), miniLmFolder(folder, 12)));
    expect(shorter.status, shorter.stderr).toBe(0);
    const mixed = await wellbegunWithEncoders([
      ...["init", "--interactions", log, ...columns, "--out", join(folder, "mixed")],
      ...["--features", `text=${join(folder, "pair", "*", "text_feat.npy")}:text`],
    ]);
    expect(mixed.status).toBe(1);
    expect(mixed.stderr).toContain("expected the encoder of");
    expect(mixed.stderr).toContain('"maxTokens":16');
  });

  it("Features that were changed after embed are refused.", async () => {
    const changed = join(folder, "changed");
    cpSync(data, changed, { recursive: true });
    const bytes = readFileSync(join(changed, "text_feat.npy"));
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(join(changed, "text_feat.npy"), bytes);
    writeFileSync(join(changed, "changed.inter"), "userID\titemID\tx_label\n0\t0\t0\n0\t1\t0\n");
    const init = await wellbegun(["init", changed, "--out", join(folder, "none")]);
    expect(init.status).toBe(1);
    expect(init.stderr).toContain("features.json");
  });

  if (duckdb === undefined)
    console.warn("Left out: Parquet by DuckDB; WELLBEGUN_PEERS names no folder with @duckdb/node-api.");
  it.skipIf(duckdb === undefined && !process.env.CI)(
    "Parquet read by DuckDB gives the bytes that it gives without DuckDB.",
    async () => {
      expect(duckdb, "a folder of WELLBEGUN_PEERS with @duckdb/node-api").toBeDefined();
      const { parquetWriteBuffer } = await import("hyparquet-writer");
      const few = Array.from({ length: 5000 }, (_, i) => i);
      const columnData = [
        { name: "asin", data: few.map((i) => `B${i}`), type: "STRING" as const },
        { name: "title", data: few.map((i) => (i < 40 ? `Product ${i}` : null)), type: "STRING" as const },
      ];
      const path = join(folder, "texts.parquet");
      writeFileSync(path, new Uint8Array(parquetWriteBuffer({ columnData })));
      const args = (out: string): string[] => [
        ...["embed", path, "--id", "asin", "--text", "title", "--text-encoder", encoder, "--out", out],
      ];
      const own = join(folder, "own");
      const through = join(folder, "through");
      expect((await wellbegunWithEncoders(args(own))).status).toBe(0);
      const { status, stderr } = await wellbegunWithEncoders(args(through), {}, duckdb);
      expect(status, stderr).toBe(0);
      expect(folderHashes(through)).toEqual(folderHashes(own));
    },
  );

  async function writeLog(path: string): Promise<void> {
    const { parquetWriteBuffer } = await import("hyparquet-writer");
    const pairs = Array.from({ length: 4000 }, (_, e) => [`u${e % 200}`, `B${(e * 37) % items}`] as const);
    const buffer = parquetWriteBuffer({
      columnData: [
        { name: "user", data: pairs.map(([user]) => user), type: "STRING" },
        { name: "asin", data: pairs.map(([, item]) => item), type: "STRING" },
      ],
    });
    writeFileSync(path, new Uint8Array(buffer));
  }
});
