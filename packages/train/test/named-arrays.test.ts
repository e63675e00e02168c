import { expect, it } from "vitest";
import { expectRefusal } from "../../../test-support/refusal.ts";
import { decodeArrays, encodeArrays } from "../src/named-arrays.ts";

/** Bytes whose preamble is right and whose header is this text. */
function bytesWith(json: string): Uint8Array {
  const text = new TextEncoder().encode(json);
  const bytes = new Uint8Array(8 * Math.ceil((12 + text.length) / 8));
  bytes.set(new TextEncoder().encode("wbtrain"));
  bytes[7] = 1;
  new DataView(bytes.buffer).setUint32(8, text.length, true);
  bytes.set(text, 12);
  return bytes;
}

it("Named arrays come back, and any other JSON is refused as such", async () => {
  const values = Float32Array.of(1, -2, 0.5);
  const bytes = await encodeArrays({ of: "values" }, [
    { name: "x", length: 3, fill: (into) => into.set(values) },
  ]);
  expect(decodeArrays(bytes)).toEqual({ header: { of: "values" }, arrays: new Map([["x", values]]) });
  const odd = [
    "null",
    "1",
    "[]",
    "{}",
    '{"header":{}}',
    '{"header":null,"arrays":[]}',
    '{"header":{},"arrays":{}}',
  ];
  const lists = ["[null]", "[1]", '[{"name":"x"}]', '[{"name":1,"length":1}]', '[{"name":"x","length":-1}]'];
  for (const json of [...odd, ...lists.map((list) => `{"header":{},"arrays":${list}}`)]) {
    await expectRefusal(
      () => decodeArrays(bytesWith(json), "reading", "a/file"),
      "format",
      "other JSON",
      "a/file",
    );
  }
});
