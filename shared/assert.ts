/** A broken promise inside our own code: a bug, never bad input. Callers roll back and report an incident. */
class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** Stops at once when `condition` does not hold. Stays on in production: a wrong balance is dearer than a comparison. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** The value, or a bug if it is absent where the code has already shown that it must be there. */
export function must<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new AssertionError(`expected ${what}, got nothing`);
  return value;
}

/** Ends a `switch` over a union: compiles only while every member has its case. */
export function unreachable(value: never): never {
  throw new AssertionError(`unexpected case: ${JSON.stringify(value)}`);
}
