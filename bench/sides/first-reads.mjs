/**
 * Reading features counts as loading, though our side reads them from within the stages. Only the first reading of a
 * row does, which is the preparation's: when memory is bounded, the later ones belong to the stage that wants them.
 */

/** @typedef {import("@wellbegun/core").FeatureSource} FeatureSource */

/**
 * @param {Readonly<Record<string, FeatureSource>>} features
 * @returns {{ features: Record<string, FeatureSource>, seconds: () => number }}
 */
export function timeFirstReads(features) {
  let seconds = 0;
  const timed = Object.entries(features).map(([name, source]) => {
    let readSoFar = 0;
    /** @type {FeatureSource} */
    const wrapped = {
      rows: source.rows,
      columns: source.columns,
      missing: source.missing,
      label: source.label,
      async read(firstRow, rows, into) {
        const started = performance.now();
        await source.read(firstRow, rows, into);
        if (firstRow < readSoFar) return;
        readSoFar = firstRow + rows;
        seconds += (performance.now() - started) / 1000;
      },
    };
    return /** @type {const} */ ([name, wrapped]);
  });
  return { features: Object.fromEntries(timed), seconds: () => seconds };
}
