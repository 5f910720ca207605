import { useEffect, useState } from 'react';
import type { PolicyPreview } from '../../../shared/protocol/rest.ts';
import { useApp } from '../../app-context.ts';

/** What the server says a change would bring: not asked yet, asked, said, or why it cannot be said. */
export type Preview =
  | { readonly state: 'none' }
  | { readonly state: 'asked' }
  | { readonly state: 'said'; readonly preview: PolicyPreview }
  | { readonly state: 'failed' };

/** Whoever types is not asked about every digit. */
const QUIET_MS = 250;

/** Asks again whenever the changes are others; nothing to ask while there are none. */
export function usePreview(changes: Readonly<Record<string, number>> | undefined): Preview {
  const { api } = useApp();
  const asked = changes === undefined ? undefined : JSON.stringify(changes);
  const [answer, setAnswer] = useState<{ readonly of: string; readonly preview: Preview }>();
  useEffect(() => {
    if (asked === undefined) return undefined;
    let isOver = false;
    const timer = setTimeout(async () => {
      const body: unknown = { changes: JSON.parse(asked) };
      const reply = await api.post<PolicyPreview>('/api/admin/policy/preview', { body });
      if (isOver) return;
      setAnswer({
        of: asked,
        preview: reply.ok ? { state: 'said', preview: reply.value.body } : { state: 'failed' },
      });
    }, QUIET_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [api, asked]);
  if (asked === undefined) return { state: 'none' };
  return answer?.of === asked ? answer.preview : { state: 'asked' };
}
