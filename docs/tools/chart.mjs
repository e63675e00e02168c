/** A chart of horizontal bars as SVG: values that are compared, with their intervals or single runs. */

/**
 * @typedef {object} Bar
 * @property {string} label
 * @property {number} value
 * @property {"user" | "item" | "control"} color `user` is the compared figure, `control` what it must exceed
 * @property {readonly [low: number, high: number]} [interval]
 * @property {readonly number[]} [runs] single runs, drawn as dots
 */

/**
 * @typedef {object} BarGroup
 * @property {string} label
 * @property {readonly Bar[]} bars
 */

const width = 720;
const labels = 250;
const row = 20;
const heading = 30;

/**
 * @param {string} title read by screen readers
 * @param {readonly BarGroup[]} groups
 * @param {{ digits: number, mark?: { value: number, label: string } }} options
 * @returns {string} one `<svg>`
 */
export function barChart(title, groups, { digits, mark }) {
  const all = groups.flatMap(({ bars }) =>
    bars.flatMap(({ value, interval = [], runs = [] }) => [value, ...interval, ...runs]),
  );
  const most = Math.max(...all, mark?.value ?? 0);
  const x = (/** @type {number} */ value) => round(labels + (value / most) * (width - labels - 70));
  /** @type {string[]} */
  const marks = [];
  let top = mark === undefined ? 0 : 18;
  for (const { label, bars } of groups) {
    marks.push(
      `<text x="0" y="${top + 20}" font-weight="600" fill="var(--drawing-ink)">${escaped(label)}</text>`,
    );
    top += heading;
    for (const { label: name, value, color, interval, runs = [] } of bars) {
      const middle = top + row / 2;
      const end = Math.max(value, ...(interval ?? []), ...runs);
      marks.push(
        `<text x="${labels - 8}" y="${middle + 4}" text-anchor="end" fill="var(--drawing-ink)">${escaped(name)}</text>`,
        `<rect x="${labels}" y="${top + 3}" width="${round(x(value) - labels)}" height="${row - 6}" rx="2" fill="var(--drawing-${color})"/>`,
        ...runs.map((run) => `<circle cx="${x(run)}" cy="${middle}" r="3" fill="var(--drawing-ink)"/>`),
        ...(interval === undefined
          ? []
          : [
              `<path d="M${x(interval[0])} ${middle}H${x(interval[1])}" stroke="var(--drawing-ink)" stroke-width="2"/>`,
            ]),
        `<text x="${x(end) + 8}" y="${middle + 4}" fill="var(--drawing-faint)">${value.toFixed(digits)}</text>`,
      );
      top += row;
    }
  }
  const line =
    mark === undefined
      ? ""
      : `<path d="M${x(mark.value)} 16V${top}" stroke="var(--drawing-ink)" stroke-dasharray="4 4"/><text x="${x(mark.value)}" y="11" text-anchor="middle" fill="var(--drawing-ink)">${escaped(mark.label)}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top + 6}" width="${width}" font-size="13" role="img" aria-label="${escaped(title)}">${marks.join("")}${line}</svg>`;
}

/**
 * A chart as a figure of a page.
 * @param {string} svg
 */
export function drawing(svg) {
  return `<figure class="drawing" tabindex="0" v-pre>${svg}</figure>`;
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 10) / 10;
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
