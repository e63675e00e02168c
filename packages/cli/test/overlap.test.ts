import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { wellbegun, wellbegunJson } from "./support/cli.ts";
import { type Row, smallDataset, temporaryFolder, writeDataset } from "./support/files.ts";

const clusters = ["--clusters", "2"];
const small = smallDataset();

/** The small dataset, and the same with its first two train rows among the validation rows, and one among the test rows. */
function datasets(): { folder: string; clean: string; leaked: string } {
  const folder = temporaryFolder();
  const train = small.rows.filter(([, , label]) => label === 0);
  const copies: Row[] = [
    [train[0]![0], train[0]![1], 1],
    [train[1]![0], train[1]![1], 1],
    [train[2]![0], train[2]![1], 2],
  ];
  const clean = writeDataset(join(folder, "clean"), "data", small);
  const leaked = writeDataset(join(folder, "leaked"), "data", { ...small, rows: [...small.rows, ...copies] });
  return { folder, clean, leaked };
}

it("evaluate leaves validation and test rows that are train rows out of all figures, and says so in every form", async () => {
  const { folder, clean, leaked } = datasets();
  for (const [split, overlap] of [
    ["valid", 2],
    ["test", 1],
  ] as const) {
    const args = ["--split", split, ...clusters];
    const found = await wellbegunJson(["evaluate", leaked, ...args]);
    const expected = await wellbegunJson(["evaluate", clean, ...args]);
    expect([found.overlap, expected.overlap]).toEqual([overlap, 0]);
    expect([found.users, found.interactions]).toEqual([expected.users, expected.interactions]);
    expect(found.contestants).toEqual(expected.contestants);
  }
  const report = join(folder, "report.html");
  const { stdout, status } = await wellbegun(["evaluate", leaked, "--report", report, ...clusters]);
  expect(status).toBe(0);
  expect(stdout).toContain("left out: 2 further validation rows");
  expect(readFileSync(report, "utf8")).toContain("<dt>left out</dt><dd>2 validation rows");
});

it("init --evaluate leaves held-out rows that are train rows out, and says so", async () => {
  const { folder, clean, leaked } = datasets();
  const of = (data: string, out: string) => [
    "init",
    data,
    "--evaluate",
    "--out",
    join(folder, out),
    ...clusters,
  ];
  const found = await wellbegunJson(of(leaked, "a"));
  const expected = await wellbegunJson(of(clean, "b"));
  expect(found.quality).toEqual({ ...expected.quality, overlap: 2 });
  const { stdout } = await wellbegun(of(leaked, "c"));
  expect(stdout).toContain("left out: 2 rows of train");
});

it("init --evaluate says so where all validation rows are train rows", async () => {
  const train = small.rows.filter(([, , label]) => label === 0);
  const rows: Row[] = [...train, [train[0]![0], train[0]![1], 1]];
  const folder = temporaryFolder();
  const data = writeDataset(folder, "data", { ...small, rows });
  const args = ["init", data, "--evaluate", "--out", join(folder, "out"), ...clusters];
  expect((await wellbegunJson(args)).quality).toMatchObject({ interactions: 0, overlap: 1, rows: [] });
  const { stdout, status } = await wellbegun(args);
  expect(status).toBe(0);
  expect(stdout).toContain("validation rows that are not train rows too: 0 of 1; nothing could be judged");
});

it("tune leaves held-out rows that are train rows out, and says so", async () => {
  const { folder, clean, leaked } = datasets();
  const of = (data: string, out: string) => [
    ...["tune", data, "--budget", "1", "--backend", "cpu", "--out", join(folder, out)],
    ...["--clusters", "2", "--dim", "2"],
  ];
  const found = await wellbegunJson(of(leaked, "a.json"));
  const expected = await wellbegunJson(of(clean, "b.json"));
  expect([found.overlap, expected.overlap]).toEqual([2, 0]);
  expect(found.best).toEqual(expected.best);
  const { stdout } = await wellbegun(of(leaked, "c.json"));
  expect(stdout).toMatch(/left out +2 validation rows/);
});

it("inspect warns of held-out rows that are train rows", async () => {
  const { clean, leaked } = datasets();
  expect((await wellbegun(["inspect", clean])).stdout).toContain("All is well:");
  const { stdout } = await wellbegun(["inspect", leaked]);
  expect(stdout).not.toContain("All is well:");
  expect(stdout).toContain("Splits overlap: 3 held-out rows");
});

it.each(["evaluate", "tune"])(
  "%s refuses held-out rows that are train rows where --overlap says so",
  async (command) => {
    const { folder, clean, leaked } = datasets();
    const { status, stderr } = await wellbegun([command, leaked, "--overlap", "refuse"], { cwd: folder });
    expect(status).toBe(1);
    expect(stderr).toContain("2 that are in both");
    const more = command === "tune" ? ["--budget", "1", "--dim", "2"] : [];
    const sound = await wellbegun([command, clean, "--overlap", "refuse", ...clusters, ...more], {
      cwd: folder,
    });
    expect(sound.status, sound.stderr).toBe(0);
  },
);

it("evaluate says so where all held-out rows are train rows", async () => {
  const train = small.rows.filter(([, , label]) => label === 0);
  const rows: Row[] = [...train, [train[0]![0], train[0]![1], 1]];
  const data = writeDataset(temporaryFolder(), "data", { ...small, rows });
  const { status, stderr } = await wellbegun(["evaluate", data, ...clusters]);
  expect(status).toBe(1);
  expect(stderr).toContain("none beside 1 that users have seen");
});
