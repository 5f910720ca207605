interface ScriptPolicy {
  createScriptURL(url: string): unknown;
}

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): ScriptPolicy;
}

/** Our pages refuse script addresses that are plain strings. This is the one maker of others: our own origin's, nothing else. */
const ownScripts = (self as { trustedTypes?: PolicyFactory }).trustedTypes?.createPolicy('own-workers', {
  createScriptURL(url) {
    const { origin } = new URL(url, location.href);
    if (origin !== location.origin) throw new TypeError(`a worker from ${origin} is not ours`);
    return url;
  },
});

/** An address of our own origin, as our pages ask for it. */
export const trustedScript = (url: string): string => (ownScripts?.createScriptURL(url) ?? url) as string;

/** A module worker from an address that the build made (`import url from './x.worker.ts?worker&url'`). */
export const startWorker = (url: string, name: string): Worker =>
  new Worker(trustedScript(url), { type: 'module', name });
