/**
 * Maps a stream with at most `workers` calls at once and passes the results on in the order of the stream. No more of the stream is
 * read than is worked on, so memory does not grow with its length.
 */
export async function* mapInOrder<T, R>(
  stream: AsyncIterable<T>,
  workers: number,
  map: (value: T) => Promise<R>,
): AsyncGenerator<R> {
  const running: Promise<R>[] = [];
  try {
    for await (const value of stream) {
      const result = map(value);
      // A failure is thrown when its turn comes, and must not end the process before.
      result.catch(() => undefined);
      running.push(result);
      if (running.length >= workers) yield await running.shift()!;
    }
    while (running.length > 0) yield await running.shift()!;
  } finally {
    await Promise.allSettled(running);
  }
}
