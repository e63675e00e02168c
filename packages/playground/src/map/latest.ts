/**
 * Runs a task at a time, and of those that come meanwhile the latest alone: pictures that would be painted over are left out.
 *
 * @returns What asks for the task, with its arguments.
 */
export function latestOnly<A extends readonly unknown[]>(
  task: (...given: A) => Promise<void>,
): (...given: A) => void {
  let next: A | undefined;
  let busy = false;
  const work = async (): Promise<void> => {
    busy = true;
    try {
      while (next !== undefined) {
        const given = next;
        next = undefined;
        await task(...given);
      }
    } finally {
      busy = false;
    }
  };
  return (...given) => {
    next = given;
    if (!busy) void work();
  };
}
