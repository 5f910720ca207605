import { msg } from '@lingui/core/macro';
import type { MessageDescriptor } from '@lingui/core';

/** Why this browser cannot compute for others, each in a plain sentence. */
const SENTENCES: Readonly<Record<string, MessageDescriptor>> = {
  insecure_context: msg`This page was not opened over a secure address (https).`,
  no_webassembly: msg`WebAssembly is off in this browser. Lockdown Mode turns it off.`,
  webassembly_refused: msg`Something on the way to this browser forbids WebAssembly: an extension, or the network.`,
  no_worker: msg`This browser has no workers.`,
  no_storage: msg`This browser keeps nothing, so it cannot hold a device key.`,
  old_system: msg`Its system is older than Android 8 or iOS 14.`,
  little_memory: msg`It has less than 2 GB of memory, and needs all of that itself.`,
};

const OTHER = msg`Asking works as before.`;

export const unsupportedSentence = (reason: string | undefined): MessageDescriptor => SENTENCES[reason ?? ''] ?? OTHER;
