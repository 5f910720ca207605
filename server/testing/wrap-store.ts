import type { Store } from '../core/ports.ts';

/** A store with some methods replaced and all others its own. */
export const wrapStore = (store: Store, replaced: Partial<Store>): Store =>
  new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(name in replaced ? replaced : target, name);
      return typeof value === 'function' && !(name in replaced) ? value.bind(target) : value;
    },
  });
