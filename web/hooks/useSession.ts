import { useEffect } from 'react';
import type { Me } from '../../shared/protocol/app.ts';
import { useApp } from '../app-context.ts';
import { hasAgreed } from '../data/device.ts';

/** From when somebody is signed in: follows the server, and computes if this phone was opted in to what is offered now. */
export function useSession({ accountId, programme: { consentVersion } }: Me): void {
  const { compute, device, follow } = useApp();

  useEffect(() => follow(), [follow]);

  useEffect(() => {
    let isOver = false;
    async function resume(): Promise<void> {
      await device.load(accountId);
      if (isOver) return;
      // Consent to an older text is none to this one: it is asked for again, and nothing runs until then.
      if (hasAgreed(device.read(), consentVersion)) await compute.enable();
      else await compute.disable();
    }
    // A part that did not load: the state stays off, and Home offers to turn it on.
    resume().catch(() => undefined);
    return () => {
      isOver = true;
    };
  }, [compute, device, accountId, consentVersion]);
}
