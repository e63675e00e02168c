/** A table of figures. */
export interface NumberTable {
  readonly columns: readonly string[];
  /** The first cell names the row. */
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** A picture with its numbers. */
export interface Figure {
  /** ID of the element in the page: "recall-by-degree". */
  readonly id: string;
  readonly title: string;
  /** What the figure shows and how to read it. */
  readonly caption: string;
  /** Markup of one or several plots, side by side as far as there is room. */
  readonly plots: readonly string[];
  /** The numbers behind the plots. */
  readonly numbers: readonly NumberTable[];
}

/** Text, escaped for use between tags and in attributes. */
export function escapeHtml(text: string): string {
  const names: Readonly<Record<string, string>> = {
    "&": "amp",
    "<": "lt",
    ">": "gt",
    '"': "quot",
    "'": "#39",
  };
  return text.replace(/[&<>"']/g, (sign) => `&${names[sign]};`);
}

/** A number with enough digits to distinguish it from similar ones. */
export function digits(value: number): string {
  if (Number.isInteger(value)) return `${value}`;
  return Math.abs(value) >= 100 ? value.toFixed(1) : value.toPrecision(4);
}

/** A table as markup. */
export function tableHtml({ columns, rows }: NumberTable): string {
  const head = columns.map((title) => `<th scope="col">${escapeHtml(title)}</th>`).join("");
  const body = rows.map((cells) => {
    const [name, ...values] = cells.map((cell) =>
      escapeHtml(cell === null ? "" : typeof cell === "number" ? digits(cell) : cell),
    );
    return `<tr><th scope="row">${name}</th>${values.map((value) => `<td>${value}</td>`).join("")}</tr>`;
  });
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${body.join("\n")}</tbody></table></div>`;
}

/** A figure as markup, with its numbers collapsed below it. */
export function figureHtml({ id, title, caption, plots, numbers }: Figure): string {
  return `<section id="${id}">
<h2>${escapeHtml(title)}</h2>
<p>${escapeHtml(caption)}</p>
<div class="plots">${plots.map((plot) => `<div class="plot">${plot}</div>`).join("\n")}</div>
<details><summary>The numbers</summary>
${numbers.map(tableHtml).join("\n")}
</details>
</section>`;
}

// No font, image or style from elsewhere: the page must look the same without a network. The page's content
// security policy enforces this.
const style = `
:root { color-scheme: light dark; --page: #ffffff; --text: #1b1e23; --faint: #5c6370; --line: #d8dce2; }
@media (prefers-color-scheme: dark) {
  :root { --page: #16181d; --text: #e6e8ec; --faint: #9aa3b2; --line: #343a45; }
}
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 68rem; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0 0 .25rem; } h2 { margin: 2.5rem 0 .25rem; font-size: 1.2rem; }
p, dt, summary { color: var(--faint); } p { max-width: 46rem; }
dl { display: grid; grid-template-columns: max-content auto; gap: .1rem 1rem; } dd { margin: 0; }
.plots { display: flex; flex-wrap: wrap; gap: 1rem 1.5rem; } .plot { max-width: 100%; }
.plot figure { margin: 0; } .plot svg { --plot-background: var(--page); color: var(--text); }
.scroll { overflow-x: auto; max-height: 30rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .87rem; margin: .5rem 0 1rem; }
th, td { padding: .2rem .7rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th:first-child { text-align: left; } tbody th { font-weight: 500; } thead th { color: var(--faint); }
summary { cursor: pointer; }
`;

/** A whole page. */
export function pageHtml(title: string, body: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="generator" content="wellbegun">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
${body.join("\n")}
</body>
</html>
`;
}
