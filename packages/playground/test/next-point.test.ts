import { describe, expect, it } from "vitest";
import { type Direction, nearestPoint, nextPoint, type Places } from "../src/map/next-point.ts";

const directions: readonly Direction[] = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
];

/** A fixed sequence of numbers from 0 to 1. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Points at random, some on lines and some at equal places. */
function scattered(count: number, seed: number): Places {
  const next = sequence(seed);
  const places = Array.from({ length: count }, () => [next(), next()] as const);
  for (let i = 0; i < count; i += 5) places[i] = places[Math.floor(next() * count)]!;
  for (let i = 1; i < count; i += 7) places[i] = [0.5, places[i]![1]];
  return { x: places.map(([x]) => x), y: places.map(([, y]) => y) };
}

/** All points that steps lead to. */
function reached(places: Places, from: number): Set<number> {
  const found = new Set([from]);
  for (const point of found) {
    for (const direction of directions) {
      const next = nextPoint(places, point, direction);
      if (next !== undefined) found.add(next);
    }
  }
  return found;
}

describe("steps from point to point", () => {
  it.each([1, 2, 3, 4, 5])("reach every point from every point (seed %i)", (seed) => {
    const places = scattered(120, seed);
    for (let from = 0; from < 120; from++) expect(reached(places, from).size).toBe(120);
  });

  it("go to the nearest point of the quarter that one looks into", () => {
    const places = scattered(200, 9);
    const turned = (index: number, from: number, [right, up]: Direction): number => {
      const angle = Math.atan2(places.y[index]! - places.y[from]!, places.x[index]! - places.x[from]!);
      const off = Math.abs(angle - Math.atan2(up, right));
      return Math.min(off, 2 * Math.PI - off);
    };
    const distance = (a: number, b: number): number =>
      Math.hypot(places.x[a]! - places.x[b]!, places.y[a]! - places.y[b]!);
    for (let from = 0; from < 200; from++) {
      for (const direction of directions) {
        const next = nextPoint(places, from, direction);
        if (next !== undefined && distance(next, from) === 0) continue;
        for (let index = 0; index < 200; index++) {
          if (distance(index, from) === 0 || turned(index, from, direction) > Math.PI / 4 - 1e-9) continue;
          expect(distance(index, from)).toBeGreaterThanOrEqual(distance(next!, from));
        }
      }
    }
  });

  it("pass points at one place one after the other, there and back", () => {
    const places = { x: [0, 1, 0, 0], y: [0, 0, 0, 0] };
    expect([0, 2, 3].map((from) => nextPoint(places, from, [1, 0]))).toEqual([2, 3, 1]);
    expect([3, 2].map((from) => nextPoint(places, from, [-1, 0]))).toEqual([2, 0]);
    expect(nextPoint(places, 0, [-1, 0])).toBeUndefined();
  });

  it("begin at the point nearest to a place", () => {
    expect(nearestPoint({ x: [0, 1, 2], y: [0, 1, 0] }, [1.2, 0.4])).toBe(1);
    expect(nearestPoint({ x: [], y: [] }, [0, 0])).toBeUndefined();
  });
});
