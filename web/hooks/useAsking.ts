import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { JobView, PhoneReply, SubmitBody } from '../../shared/protocol/rest.ts';
import type { Placement } from '../../shared/model/job.ts';
import { routePlan } from '../../wasm/kinds/route-plan/kind.ts';
import { useApp } from '../app-context.ts';
import type { Problem } from '../data/api.ts';
import { withJob } from '../data/services.ts';
import { valueOf } from '../data/resource.ts';
import { type AskedRoute, fitsThisPhone } from '../kinds/route-plan/asked-route.ts';
import { answerHere } from '../local/answer-here.ts';
import type { LocalFailure } from '../local/messages.ts';

export type AskFailed =
  /** The pool did not take it. */
  | { readonly where: 'pool'; readonly problem: Problem }
  /** This phone could not; the pool can. */
  | { readonly where: 'phone'; readonly reason: LocalFailure };

type Asking =
  | { readonly name: 'idle' }
  /** `progress` while this phone computes. */
  | { readonly name: 'asking'; readonly progress: number | undefined }
  | { readonly name: 'failed'; readonly failure: AskFailed };

/**
 * Asks for a route and goes to its answer. What fits this phone is answered on it, without a byte sent; the rest goes to
 * the pool, under one key however often it is sent, so that a tap in a tunnel files one request.
 */
export function useAsking() {
  const { api, asks, jobs } = useApp();
  const [, navigate] = useLocation();
  const [state, setState] = useState<Asking>({ name: 'idle' });
  const sent = useRef<{ readonly asked: AskedRoute; readonly key: string }>(undefined);
  const leaving = useRef<AbortController>(undefined);
  useEffect(() => {
    const controller = new AbortController();
    leaving.current = controller;
    return () => controller.abort();
  }, []);

  async function here(asked: AskedRoute): Promise<void> {
    const { signal } = leaving.current ?? new AbortController();
    const startedAt = performance.now();
    setState({ name: 'asking', progress: 0 });
    const onProgress = (progress: number): void => setState({ name: 'asking', progress });
    const answer = await answerHere(routePlan, asked.spec, onProgress, signal);
    if (answer.ok) {
      const { id } = asks.answeredHere(asked, answer.value, performance.now() - startedAt);
      navigate(`/ask/here/${id}`);
    } else if (answer.error !== 'stopped') {
      setState({ name: 'failed', failure: { where: 'phone', reason: answer.error } });
    }
  }

  async function inPool(asked: AskedRoute, placement: Placement): Promise<void> {
    setState({ name: 'asking', progress: undefined });
    if (sent.current?.asked.text !== asked.text) sent.current = { asked, key: crypto.randomUUID() };
    const body: SubmitBody = { kind: routePlan.name, placement, request: asked.request };
    const reply = await api.post<JobView | PhoneReply>('/api/jobs', { body, idempotencyKey: sent.current.key });
    if (leaving.current?.signal.aborted) return;
    if (!reply.ok) return setState({ name: 'failed', failure: { where: 'pool', problem: reply.error } });
    const answer = reply.value.body;
    // The server may find small what this version of the app does not.
    if (answer.placement === 'phone') return here(asked);
    asks.sentToPool(answer.jobId, asked);
    jobs.put(withJob(valueOf(jobs.read()) ?? [], answer));
    navigate(`/ask/${answer.jobId}`);
  }

  const ask = (asked: AskedRoute): Promise<void> => {
    sent.current = undefined;
    return fitsThisPhone(asked) ? here(asked) : inPool(asked, 'auto');
  };
  return {
    state,
    ask,
    /** After a failure: the same again; what this phone could not goes to the pool. */
    retry(asked: AskedRoute, toPool: boolean) {
      void (toPool || !fitsThisPhone(asked) ? inPool(asked, toPool ? 'pool' : 'auto') : here(asked));
    },
    forget: () => setState((now) => (now.name === 'failed' ? { name: 'idle' } : now)),
  };
}
