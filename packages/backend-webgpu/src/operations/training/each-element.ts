import type { AnyKernel } from "../../kernels/kernel.ts";
import { lanesFor } from "../../kernels/lanes.ts";
import type { WebgpuMatrix } from "../../matrix.ts";
import { rowBlocks, type Span } from "../../span.ts";

/** The operands of a kernel by the names of its buffers and parameters. */
interface Operands {
  /** Matrices with as many rows, of which the kernel sees a block at a time. */
  readonly matrices: Readonly<Record<string, WebgpuMatrix>>;
  /** Buffers that it sees whole. */
  readonly shared?: Readonly<Record<string, Span>>;
  readonly params?: Readonly<Record<string, number>>;
}

/** Runs a kernel with a thread for each element of the first matrix; sets the parameters `length` and `columns`. */
export async function eachElement(doing: string, kernel: AnyKernel, operands: Operands): Promise<void> {
  await eachBlock(doing, kernel, operands, ({ columns }, rows) => {
    return { threads: rows * columns, params: { length: rows * columns, columns } };
  });
}

/** Runs a kernel with some threads for each row of the first matrix; sets the parameters `rows`, `columns` and `lanes`. */
export async function eachRow(doing: string, kernel: AnyKernel, operands: Operands): Promise<void> {
  await eachBlock(doing, kernel, operands, ({ columns }, rows) => {
    const lanes = lanesFor(columns);
    return { threads: rows * lanes, params: { rows, columns, lanes } };
  });
}

async function eachBlock(
  doing: string,
  kernel: AnyKernel,
  { matrices, shared = {}, params = {} }: Operands,
  plan: (
    first: WebgpuMatrix,
    rows: number,
  ) => { readonly threads: number; readonly params: Readonly<Record<string, number>> },
): Promise<void> {
  const all = Object.entries(matrices);
  const [, first] = all[0]!;
  const { engine, rows } = first;
  const commands = engine.commands(doing);
  const rowBytes = all.map(([, x]) => x.rowBytes);
  for (const block of rowBlocks(doing, rows, rowBytes, engine.limits)) {
    const planned = plan(first, block.count);
    const spans = all.map(([name, x]) => [name, x.span(block.first, block.count)] as const);
    await commands.run(kernel, {
      groups: Math.ceil(planned.threads / engine.limits.group),
      buffers: { ...shared, ...Object.fromEntries(spans) },
      params: { ...params, ...planned.params },
    });
  }
  commands.submit();
}
