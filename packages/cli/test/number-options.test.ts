/** Every option that takes a number, as the help of its command lists it. */
import { expect, it } from "vitest";
import { wellbegun } from "./support/cli.ts";

it.each([
  ["demo", []],
  ["embed", ["nowhere.csv"]],
  ["evaluate", ["nowhere"]],
  ["init", ["nowhere"]],
  ["play", ["nowhere"]],
  ["pretrain", ["nowhere"]],
  ["recommend", ["nowhere"]],
  ["synth", []],
  ["train", ["nowhere"]],
  ["tune", ["nowhere"]],
  ["wire", ["mmrec:VBPR", "nowhere", "--into", "nowhere"]],
])("%s refuses a negative number by the option's name before it reads anything", async (command, args) => {
  const { stdout } = await wellbegun([command, "--help"]);
  const out = /--out <path>/.test(stdout) ? ["--out", "out"] : [];
  const options = [...stdout.matchAll(/^ {2}(--[\w-]+) [<[]n[>\]]/gm)].map(([, option]) => option!);
  expect(options).not.toEqual([]);
  for (const option of options) {
    const { status, stderr } = await wellbegun([command, ...args, ...out, option, "-1"]);
    expect([option, status, stderr]).toEqual([
      option,
      2,
      expect.stringMatching(new RegExp(`expected .*found "-1" \\(option ${option}\\)`)),
    ]);
  }
});
