// Pages, and batches.

/** A page of a list. */
export interface Page<T> {
  readonly data: readonly T[];
  readonly page: { readonly next_cursor?: string | null };
}

/** Divides what comes into arrays of at most so many. */
export async function* batches<T>(items: Iterable<T> | AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  if (!(size >= 1)) throw new RangeError(`a batch has at least one item, not ${size}`);
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
