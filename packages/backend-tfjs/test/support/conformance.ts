import {
  type ConformanceSuite,
  describeConformance,
  openSuite,
  requiredDevices,
} from "@wellbegun/conformance";
import { WellbegunError } from "@wellbegun/core";
import { afterAll, describe, expect, it } from "vitest";
import type { TensorFlow, TfjsBackend, TfjsBackendName } from "../../src/index.ts";
import { openTfjs } from "../../src/open.ts";
import type { Extent } from "./fits.ts";
import { demanded } from "./peers.ts";

/** What the suite tests besides single operations. */
const methods: ReadonlySet<string> = new Set(["fit", "untrained"]);
/** Cases that go through many shapes, each of which is a shader of its own, or through many passes. */
const long = /every (shape|width|combination)|\d{3} x|x \d{3}|^follows|passes/;

interface ConformanceSettings {
  /** Values in a block of a matrix. Default: the usual ones, which hold most cases in one block. */
  readonly blockValues?: number;
  /**
   * `the least` leaves out whole methods, whose operations have cases of their own, and of these the cases of many shapes
   * and passes. Default: `everything`.
   */
  readonly extent?: Extent;
}

/**
 * Declares the conformance suite of one backend of TensorFlow.js; each case must leave as many tensors as it found.
 *
 * @returns Whether the backend is there.
 */
export async function testConformance(
  name: TfjsBackendName,
  tf: TensorFlow | undefined,
  { blockValues, extent = "everything" }: ConformanceSettings = {},
): Promise<boolean> {
  const open = async (): Promise<TfjsBackend> => {
    if (tf === undefined) throw absent(name);
    return await openTfjs({ tf, backend: name }, blockValues === undefined ? {} : { blockValues });
  };
  const required = demanded(name) ? [`tfjs:${name}`] : requiredDevices();
  const suite = await openSuite({ name: `tfjs:${name}`, create: open, required });
  const present = suite.cases.length > 1;
  const cases =
    extent === "everything"
      ? suite.cases
      : suite.cases.filter(({ operation, name }) => !methods.has(operation) && !long.test(name));
  const chosen = { ...suite, cases };
  const watched = tf === undefined || !present ? suite : withoutLeaks(chosen, tf);
  const size = blockValues === undefined ? "" : `in blocks of ${blockValues} values, `;
  describe(`${size}leaving no tensor behind`, () => {
    describeConformance(watched, { describe, it, afterAll }, console.log);
  });
  return present;
}

function withoutLeaks(suite: ConformanceSuite, tf: TensorFlow): ConformanceSuite {
  const cases = suite.cases.map((one) => ({
    ...one,
    run: async () => {
      const before = tf.memory().numTensors;
      await one.run();
      expect(tf.memory().numTensors).toBe(before);
    },
  }));
  return { ...suite, cases };
}

function absent(name: string): WellbegunError {
  return new WellbegunError("unavailable", {
    doing: `testing tfjs:${name}`,
    expected: "its packages",
    found: "none",
  });
}
