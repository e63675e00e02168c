import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import { beforeAll, describe, expect, it } from "vitest";
import { run } from "../src/index.ts";
import { wellbegun } from "./support/cli.ts";
import { sharedFolder } from "./support/files.ts";

const root = sharedFolder();
const data = join(root, "data");
const plain = join(root, "plain");
const quick = ["--backend", "cpu", "--dim", "8", "--batch", "256", "--model", "bpr", "--epochs", "2"];

beforeAll(async () => {
  const shape = ["--users", "100", "--items", "60", "--interactions", "900", "--modalities", "image=8"];
  expect(await run(["synth", "--out", data, ...shape, "--quiet"])).toBe(0);
  expect(await run(["init", data, "--out", plain, "--dim", "8", "--backend", "cpu", "--quiet"])).toBe(0);
});

describe("train --report", () => {
  it("shows this run beside an earlier one, with the figures of both curves", async () => {
    const [first, second, page] = ["first", "second", "page.html"].map((name) => join(root, name)) as [
      string,
      string,
      string,
    ];
    expect((await wellbegun(["train", data, "--out", first, ...quick])).status).toBe(0);
    const args = ["--start", plain, "--report", page, "--beside", first];
    const { status, stdout } = await wellbegun(["train", data, "--out", second, ...quick, ...args]);
    expect(status).toBe(0);
    expect(stdout).toContain(page);
    const { document } = parseHTML(readFileSync(page, "utf8"));
    const shown = [...document.querySelectorAll("#losses tbody tr")].map((row) =>
      [...row.querySelectorAll("th, td")].map((cell) => cell.textContent),
    );
    for (const [name, folder] of [
      ["first", first],
      ["second", second],
    ] as const) {
      const lines = readFileSync(join(folder, "curve.jsonl"), "utf8").trim().split("\n");
      for (const { epoch, terms } of lines.map((line) => JSON.parse(line))) {
        const found = shown
          .filter((row) => row[0] === name && row[1] === `${epoch}`)
          .map((row) => Number(row[2]));
        expect(found).toHaveLength(2);
        expect(found[0]! / terms.bpr).toBeCloseTo(1, 3);
        expect(found[1]! / terms.regularization).toBeCloseTo(1, 3);
      }
    }
    // Only the run with a page measures the geometry.
    expect(document.querySelectorAll("#geometry tbody tr").length).toBe(2 * 5);
  });

  it("marks runs whose start is a control, beside which and of which the page is", async () => {
    const [out, page] = [join(root, "control"), join(root, "control.html")];
    const start = ["--start", plain, "--start-modality", "image", "--control", "permuted"];
    const again = [...start, "--report", page, "--force"];
    expect((await wellbegun(["train", data, "--out", out, ...quick, ...start])).status).toBe(0);
    const { status, stdout } = await wellbegun(
      ["train", data, "--out", join(root, "again"), ...quick, ...again].concat("--beside", out),
    );
    expect(status).toBe(0);
    const words = "bundle, users of image, times 1, rows permuted (control)";
    expect(stdout).toContain(words);
    const { document } = parseHTML(readFileSync(page, "utf8"));
    expect([...document.querySelectorAll("dd")].map((one) => one.textContent)).toContain(words);
    const arms = [...document.querySelectorAll("section tbody tr th")].map((one) => one.textContent);
    expect(arms.slice(0, 2)).toEqual(["again (control)", "control (control)"]);
  });

  it("is refused beside a bundle that no training wrote, and over a file of another program", async () => {
    const out = join(root, "refused");
    const page = join(root, "refused.html");
    const beside = await wellbegun([
      "train",
      data,
      "--out",
      out,
      ...quick,
      "--report",
      page,
      "--beside",
      plain,
    ]);
    expect(beside.status).toBe(1);
    expect(beside.stderr).toMatch(/a bundle that train wrote[\s\S]*no curve/);
    writeFileSync(page, "mine");
    const other = await wellbegun(["train", data, "--out", out, ...quick, "--report", page]);
    expect(other.status).toBe(2);
    expect(readFileSync(page, "utf8")).toBe("mine");
    const alone = await wellbegun(["train", data, "--out", out, ...quick, "--beside", plain]);
    expect(alone.status).toBe(2);
    expect(alone.stderr).toContain("--beside");
  });
});
