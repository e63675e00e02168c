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

/**
 * Does work, then closes what it has opened, the last first. If the work fails, its error is thrown, even where closing
 * fails as well.
 *
 * @param work Hands what closes each part to `onClose` as soon as it has opened it.
 */
export async function whileOpen<T>(
  work: (onClose: (close: () => void | Promise<void>) => void) => Promise<T>,
): Promise<T> {
  const closers: (() => void | Promise<void>)[] = [];
  let result: T;
  try {
    result = await work((close) => closers.unshift(close));
  } catch (error) {
    // A device that is lost, say, can often not be closed either; why it was lost is the first error.
    await closeAll(closers).catch(() => undefined);
    throw error;
  }
  await closeAll(closers);
  return result;
}
