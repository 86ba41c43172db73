/** Applies a function to each item; a failure does not stop the others and is reported at the end. */
export async function forEachSettled<T>(
  all: readonly T[],
  work: (one: T) => Promise<unknown>,
): Promise<void> {
  const errors: unknown[] = [];
  for (const one of all) await work(one).catch((error: unknown) => errors.push(error));
  if (errors.length === 0) return;
  const first = errors[0] instanceof Error ? errors[0].message : String(errors[0]);
  throw new AggregateError(errors, `${errors.length} of ${all.length} failed, the first with: ${first}`);
}
