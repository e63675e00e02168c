import { encodeNpy } from "@wellbegun/adapters/npy";
import { describe, expect, it } from "vitest";
import { expectRefusal } from "../../../test-support/refusal.ts";
import { openFiles } from "../src/worker/open-files.ts";

const filesOf = (texts: Readonly<Record<string, string>>) => [
  {
    name: "text_feat.npy",
    blob: new Blob([Uint8Array.from(encodeNpy(Float32Array.from({ length: 8 }, Math.sin), [4, 2]))]),
  },
  ...Object.entries(texts).map(([name, text]) => ({ name, blob: new Blob([text]) })),
];
const head = "user_id:token\titem_id:token\n";
const split = {
  "toy.test.inter": `${head}1\t3\n`,
  "toy.train.inter": `${head}0\t2\n1\t0\n2\t1\n`,
  "toy.valid.inter": `${head}0\t1\n`,
};

describe("Files dropped on the page", () => {
  it("may be one table for each split", async () => {
    const { train, validation, test } = await openFiles("your files", filesOf(split));
    expect([train, validation!, test!].map(({ items }) => [...items])).toEqual([[2, 0, 1], [1], [3]]);
    expect([train.userCount, test!.userCount]).toEqual([3, 3]);
  });

  it("are refused with several tables of which none is meant", async () => {
    const other = { "a.inter": split["toy.train.inter"], "b.inter": split["toy.train.inter"] };
    await expectRefusal(
      () => openFiles("your files", filesOf(other)),
      "invalid-data",
      "one for each split",
      "a.inter, b.inter",
    );
  });
});
