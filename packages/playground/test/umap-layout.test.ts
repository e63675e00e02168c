import { createRandom } from "@wellbegun/core/support";
import { describe, expect, it } from "vitest";
import { type UmapFrame, UmapLayout } from "../src/map/umap-layout.ts";

const GROUPS = 6;
const COLUMNS = 16;
const COUNT = 600;

/** Vectors in groups: point p belongs to group p % 6. */
function grouped(count: number, name: string): Float32Array {
  const centers = createRandom(7, "centers");
  const center = Float32Array.from({ length: GROUPS * COLUMNS }, () => centers.uniform() - 0.5);
  const random = createRandom(7, name);
  return Float32Array.from({ length: count * COLUMNS }, (_, at) => {
    const group = Math.floor(at / COLUMNS) % GROUPS;
    return center[group * COLUMNS + (at % COLUMNS)]! + 0.2 * (random.uniform() - 0.5);
  });
}

/** A start without any order, so that the order of the end is UMAP's own. */
function start(count: number): { x: Float32Array; y: Float32Array } {
  const random = createRandom(11, "start");
  const axis = (): Float32Array => Float32Array.from({ length: count }, () => random.uniform() * 1.8 - 0.9);
  return { x: axis(), y: axis() };
}

/** The share of points whose nearest point in the picture is of their own group. */
function purity({ x, y }: Pick<UmapFrame, "x" | "y">): number {
  let same = 0;
  for (let p = 0; p < x.length; p++) {
    let [nearest, least] = [-1, Number.POSITIVE_INFINITY];
    for (let q = 0; q < x.length; q++) {
      const squared = (x[p]! - x[q]!) ** 2 + (y[p]! - y[q]!) ** 2;
      if (q !== p && squared < least) [nearest, least] = [q, squared];
    }
    if (nearest % GROUPS === p % GROUPS) same++;
  }
  return same / x.length;
}

async function finished(most: number): Promise<{ layout: UmapLayout; frame: UmapFrame }> {
  const vectors = grouped(COUNT, "points");
  const layout = await UmapLayout.open({ vectors, columns: COLUMNS, ...start(COUNT) }, most);
  while (layout.advance(50)) expect(layout.frame(undefined).epoch).toBeLessThan(200);
  return { layout, frame: layout.frame(undefined) };
}

describe("UMAP of the map", () => {
  it("brings points of a group together that the start had mixed", async () => {
    expect(purity(start(COUNT))).toBeLessThan(0.4);
    const { frame } = await finished(COUNT);
    expect([frame.laidOut, frame.epoch, frame.epochs]).toEqual([COUNT, 200, 200]);
    expect(purity(frame)).toBeGreaterThan(0.95);
    const outside = [...frame.x, ...frame.y].filter((value) => Math.abs(value) > 0.9001);
    expect(outside.length).toBeLessThanOrEqual(0.005 * 2 * COUNT);
  });

  it("places points beyond the sample, and a further vector, within the group that they belong to", async () => {
    const { layout, frame } = await finished(200);
    expect([frame.laidOut, frame.x.length]).toEqual([200, COUNT]);
    expect(purity(frame)).toBeGreaterThan(0.9);
    const others = grouped(GROUPS, "others");
    for (let group = 0; group < GROUPS; group++) {
      const { mark } = layout.frame(others.slice(group * COLUMNS, (group + 1) * COLUMNS));
      const distances = Array.from(frame.x, (x, p) => Math.hypot(x - mark![0], frame.y[p]! - mark![1]));
      const nearest = distances.indexOf(Math.min(...distances));
      expect(nearest % GROUPS).toBe(group);
    }
  });

  it("gives equal pictures for equal vectors", async () => {
    const [one, other] = [await finished(300), await finished(300)];
    expect(one.frame).toEqual(other.frame);
  });
});
