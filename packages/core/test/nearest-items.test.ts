import { expect, it } from "vitest";
import { NearestItems } from "../src/untrained/nearest-items.ts";
import { numbers } from "./support/numbers.ts";

it("The nearest items are the first of all items in order, ties to the lower row", () => {
  const { below } = numbers(31);
  const nearest = new NearestItems(7);
  for (const count of [0, 1, 6, 7, 8, 40, 3]) {
    // Few different similarities, so that many tie; rows in any order.
    const added = Array.from({ length: count }, (_, at) => ({
      item: (at * 11) % 41,
      similarity: (1 + below(4)) / 4,
    }));
    nearest.clear();
    for (const { item, similarity } of added) nearest.add(item, similarity);
    const sorted = added.toSorted((a, b) => b.similarity - a.similarity || a.item - b.item).slice(0, 7);
    expect(nearest.least).toBe(count < 7 ? 0 : sorted.at(-1)!.similarity);
    nearest.sort();
    expect(nearest.length).toBe(sorted.length);
    expect([...nearest.items.subarray(0, nearest.length)]).toEqual(sorted.map(({ item }) => item));
    expect([...nearest.similarities.subarray(0, nearest.length)]).toEqual(
      sorted.map(({ similarity }) => similarity),
    );
  }
});
