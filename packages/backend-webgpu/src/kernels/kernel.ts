/** The elements that a kernel sees in a buffer. */
export type Element = "f32" | "u32" | "i32" | "vec2f" | "vec4f" | "atomic<u32>";

/** How a kernel uses a buffer: reads its elements, or changes them too ("mut"). */
export type BufferUse = Element | `mut ${Element}`;

/** Numbers that are compiled into every kernel. */
export type Sizes = {
  /** Threads of a workgroup, a power of two. */
  readonly group: number;
  /** Side of the square of threads that tile kernels work in; its square is at most `group`. */
  readonly side: number;
};

/**
 * A compute kernel, as data. The WGSL text defines `fn run(group: u32, thread: u32)`, called by every thread of every
 * workgroup. It finds each buffer under its name, and in the uniform `p` each parameter under its name and, under
 * the name of each buffer, the index of the element at which the caller's data starts in it.
 *
 * @typeParam B Names of the buffers.
 * @typeParam P Names of the parameters.
 * @typeParam V Names of the constants that are compiled in: one pipeline for each set of their values.
 */
export interface Kernel<B extends string, P extends string, V extends string = never> {
  readonly name: string;
  readonly buffers: Readonly<Record<B, BufferUse>>;
  readonly params: Readonly<Record<P, "u32" | "f32">>;
  code(constants: Sizes & Readonly<Record<V, number>>): string;
}

/** Any kernel. */
export type AnyKernel = Kernel<string, string, string>;

/** Bytes of one element. */
export function elementBytes(use: BufferUse): number {
  if (use.endsWith("vec4f")) return 16;
  return use.endsWith("vec2f") ? 8 : 4;
}

/** Whether a kernel changes the buffer. */
export function isMutable(use: BufferUse): boolean {
  return use.startsWith("mut ");
}

/**
 * The names of a kernel's uniform fields in order, 4 bytes each: the number of workgroups, a zero that the compiler
 * cannot know (see double.ts), where each buffer's data start, and the parameters.
 */
export function fieldsOf(kernel: AnyKernel): readonly (readonly [name: string, type: string])[] {
  return [
    ["groups", "u32"],
    ["zero", "u32"],
    ...Object.keys(kernel.buffers).map((name) => [name, "u32"] as const),
    ...Object.entries(kernel.params),
  ];
}

/** The whole WGSL module of a kernel. Workgroups are counted along x and then y, since 65,535 is the most along one. */
export function sourceOf(kernel: AnyKernel, constants: Sizes & Readonly<Record<string, number>>): string {
  const fields = fieldsOf(kernel).map(([name, type]) => `  ${name}: ${type},`);
  const buffers = Object.entries(kernel.buffers).map(([name, use], index) => {
    const access = isMutable(use) ? "read_write" : "read";
    return `@group(0) @binding(${index + 1}) var<storage, ${access}> ${name}: array<${use.replace("mut ", "")}>;`;
  });
  return `struct Params {
${fields.join("\n")}
}
@group(0) @binding(0) var<uniform> p: Params;
${buffers.join("\n")}

@compute @workgroup_size(${constants.group})
fn main(
  @builtin(workgroup_id) id: vec3u,
  @builtin(num_workgroups) count: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let group = id.y * count.x + id.x;
  if (group < p.groups) { run(group, thread); }
}
${kernel.code(constants)}`;
}
