/**
 * Closes everything, in order, even where some of it cannot be closed; then throws the first error, if there was one.
 *
 * @param closers What closes each part.
 */
export async function closeAll(closers: Iterable<() => void | Promise<void>>): Promise<void> {
  const errors: unknown[] = [];
  for (const close of closers) {
    try {
      await close();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}
