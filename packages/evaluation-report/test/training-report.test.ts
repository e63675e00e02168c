import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { renderTrainingReport, type TrainingCurve } from "../src/index.ts";

const geometry = { alignment: 1.25, userUniformity: -2, itemUniformity: -3, userRank: 7, itemRank: 8 };

/** Three epochs, of which the second is not evaluated. */
function arm(name: string, shift: number): TrainingCurve {
  const ranking = (value: number) => ({ recall: value + shift, ndcg: (value + shift) / 2 });
  return {
    name,
    bestEpoch: 3,
    points: [
      {
        epoch: 1,
        terms: { bpr: 9, content: 1 },
        validation: ranking(0.125),
        test: ranking(0.0625),
        geometry,
      },
      { epoch: 2, terms: { bpr: 8, content: 0.5 } },
      {
        epoch: 3,
        terms: { bpr: 7, content: 0.25 },
        validation: ranking(0.25),
        test: ranking(0.1875),
        geometry,
      },
    ],
  };
}

const arms = [arm("random", 0), arm("start <b>", 0.03125)];
const facts = [["dataset", "a & b"]] as const;
const html = renderTrainingReport({ title: "<i>songs</i>", facts, arms, k: 20 });
const { document } = parseHTML(html);

/** The cells of a table below a heading or a figure. */
function cells(selector: string): string[][] {
  return [...document.querySelectorAll(`${selector} tbody tr`)].map((row) =>
    [...row.querySelectorAll("th, td")].map((cell) => cell.textContent ?? ""),
  );
}

describe("The page of a training", () => {
  it("has a row for each arm with the metrics of its kept epoch", () => {
    expect(cells("section:not([id])")).toEqual([
      ["random", "3", "3", "0.2500", "0.1875", "0.09375"],
      ["start <b>", "3", "3", "0.2813", "0.2188", "0.1094"],
    ]);
  });

  it("lists each term of the loss in every epoch, and the metrics of the evaluated epochs", () => {
    expect(cells("#losses").filter(([name]) => name === "random")).toEqual([
      ...[9, 8, 7].map((loss, epoch) => ["random", `${epoch + 1}`, `${loss}`]),
      ...["1", "0.5000", "0.2500"].map((loss, epoch) => ["random", `${epoch + 1}`, loss]),
    ]);
    expect(
      cells("#ranking")
        .filter(([name]) => name === "random")
        .slice(0, 4),
    ).toEqual([
      ["random", "1", "0.1250"],
      ["random", "3", "0.2500"],
      ["random", "1", "0.06250"],
      ["random", "3", "0.1875"],
    ]);
    expect(cells("#geometry")).toHaveLength(2 * 2 * 5);
  });

  it("draws a plot for each quantity, escapes names, and has no script", () => {
    expect([...document.querySelectorAll("#losses svg")].length).toBeGreaterThanOrEqual(2);
    expect([...document.querySelectorAll("#ranking svg")].length).toBeGreaterThanOrEqual(4);
    expect(html).not.toMatch(/<script|<i>songs|<b>/);
  });

  it("leaves out the geometry where no arm measured it", () => {
    const points = arms[0]!.points.map(({ geometry: _, ...point }) => point);
    const bare = renderTrainingReport({ title: "t", facts, arms: [{ ...arms[0]!, points }], k: 20 });
    expect(bare).toContain('id="losses"');
    expect(bare).not.toContain('id="geometry"');
  });
});
