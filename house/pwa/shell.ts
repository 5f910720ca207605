import { createHash } from 'node:crypto';
import type { Rolldown } from 'vite';

/** What the service worker keeps. `revision`: for an address whose content may change; a hashed one tells by itself. */
export interface ShellEntry {
  readonly url: string;
  readonly revision: string | null;
}

export interface Shell {
  /** Kept from the first visit on: all that a driver may open without a network, in English. */
  readonly now: readonly ShellEntry[];
  /** Kept from its first use on: the other languages. */
  readonly onUse: readonly string[];
}

const OTHER_LANGUAGE = /\/i18n\/locales\/(?!en\/)/;
/** What drivers never open. */
const NOT_FOR_DRIVERS = /\/web\/(admin|lab)\/|\/locales\/\w+\/admin\.po$/;

/** A style sheet has no modules: it is known by the chunk that asks for it. */
const DESK_STYLES = /^assets\/AdminPages-[^/]+\.css$/;

/** Sorts the files of a build into what is kept at once, what on use, and what never is: pictures of the store, maps, copies. */
export function shellOf(bundle: Rolldown.OutputBundle): Shell {
  const now: ShellEntry[] = [];
  const onUse: string[] = [];
  for (const [fileName, file] of Object.entries(bundle)) {
    const modules = file.type === 'chunk' ? file.moduleIds : [];
    if (fileName === 'index.html') now.push({ url: '/index.html', revision: revisionOf(file) });
    else if (!/^assets\/.+\.(js|css|woff2|svg)$/.test(fileName)) continue;
    else if (modules.some((id) => NOT_FOR_DRIVERS.test(id)) || DESK_STYLES.test(fileName)) continue;
    else if (modules.some((id) => OTHER_LANGUAGE.test(id))) onUse.push(`/${fileName}`);
    else now.push({ url: `/${fileName}`, revision: null });
  }
  return { now: now.toSorted((a, b) => (a.url < b.url ? -1 : 1)), onUse: onUse.toSorted() };
}

function revisionOf(file: Rolldown.OutputAsset | Rolldown.OutputChunk): string {
  const content = file.type === 'chunk' ? file.code : file.source;
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}
