/** A value that screens watch: replaced, never changed in place. */
export interface Observable<T> {
  readonly read: () => T;
  /** Calls back after each change. Returns how to stop. */
  readonly subscribe: (listener: () => void) => () => void;
}

export interface Writable<T> extends Observable<T> {
  readonly write: (value: T) => void;
}

export function writable<T>(first: T): Writable<T> {
  const listeners = new Set<() => void>();
  let current = first;
  return {
    read: () => current,
    write(value) {
      if (Object.is(value, current)) return;
      current = value;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
