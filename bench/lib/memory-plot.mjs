/** A plot of memory over finished items as SVG. */

/**
 * @typedef {object} MemorySample
 * @property {number} items finished items, both modalities together
 * @property {number} bytes resident memory
 */

const [width, height, left, bottom, top, right] = [640, 320, 64, 44, 28, 16];

/**
 * @param {string} title
 * @param {readonly { readonly name: string, readonly color: string, readonly samples: readonly MemorySample[] }[]} runs
 * @returns {string}
 */
export function memoryPlot(title, runs) {
  const all = runs.flatMap(({ samples }) => samples);
  const mostItems = Math.max(1, ...all.map(({ items }) => items));
  const step = 2 ** 20 * 100;
  const mostBytes = step * Math.ceil(Math.max(...all.map(({ bytes }) => bytes)) / step);
  const x = (/** @type {number} */ items) => left + (items / mostItems) * (width - left - right);
  const y = (/** @type {number} */ bytes) => height - bottom - (bytes / mostBytes) * (height - bottom - top);
  const text = (
    /** @type {number} */ atX,
    /** @type {number} */ atY,
    /** @type {string} */ anchor,
    /** @type {string} */ content,
  ) => `<text x="${atX.toFixed(1)}" y="${atY.toFixed(1)}" text-anchor="${anchor}">${content}</text>`;
  const parts = [text(left, 16, "start", title)];
  for (let bytes = 0; bytes <= mostBytes; bytes += step) {
    parts.push(
      `<path d="M${left} ${y(bytes).toFixed(1)}H${width - right}" stroke="#ddd"/>`,
      text(left - 6, y(bytes) + 4, "end", `${bytes / 2 ** 20} MB`),
    );
  }
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    const items = Math.round(share * mostItems);
    parts.push(text(x(items), height - bottom + 18, share === 1 ? "end" : "middle", `${items}`));
  }
  parts.push(
    text((left + width - right) / 2, height - 8, "middle", "finished contents (texts, then images)"),
  );
  for (const [row, { name, color, samples }] of runs.entries()) {
    /** The most memory of each pixel. @type {Map<number, number>} */
    const most = new Map();
    for (const { items, bytes } of samples) {
      const at = Math.round(x(items));
      most.set(at, Math.max(bytes, most.get(at) ?? 0));
    }
    const points = [...most].map(([at, bytes]) => `${at},${y(bytes).toFixed(1)}`);
    parts.push(
      `<polyline points="${points.join(" ")}" fill="none" stroke="${color}" stroke-width="1.5"/>`,
      `<text x="${left + 10}" y="${height - bottom - 10 - 16 * row}" style="fill:${color}">${name}</text>`,
    );
  }
  const style = "<style>text{font:12px sans-serif;fill:#333}</style>";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}"><title>${title}</title>${style}<rect width="${width}" height="${height}" fill="#fff"/>${parts.join("")}</svg>\n`;
}
