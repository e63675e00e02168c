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
import { demanded } from "./peers.ts";

/**
 * Declares the conformance suite of one backend of TensorFlow.js; each case must leave as many tensors as it found.
 *
 * @param blockValues Values in a block of a matrix. Default: the usual ones, which hold most cases in one block.
 * @returns Whether the backend is there.
 */
export async function testConformance(
  name: TfjsBackendName,
  tf: TensorFlow | undefined,
  blockValues?: number,
): Promise<boolean> {
  const open = async (): Promise<TfjsBackend> => {
    if (tf === undefined) throw absent(name);
    return await openTfjs({ tf, backend: name }, blockValues === undefined ? {} : { blockValues });
  };
  const required = demanded(name) ? [`tfjs:${name}`] : requiredDevices();
  const suite = await openSuite({ name: `tfjs:${name}`, create: open, required });
  const present = suite.cases.length > 1;
  const watched = tf === undefined || !present ? suite : withoutLeaks(suite, tf);
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
