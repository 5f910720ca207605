import { randomBytes } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import type { Context, TypedResponse } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { z } from '@hono/zod-openapi';
import {
  ERRORS,
  isErrorCode,
  REFUSED_STATUS,
  type ErrorBody,
  type ErrorCode,
  type ErrorStatus,
} from '../../shared/protocol/errors.ts';
import { Incident } from '../core/incident.ts';
import { StoreError } from '../core/ports.ts';
import type { AskRefusal } from '../services/p2pCoordinator.ts';

type ErrorReply = Response & TypedResponse<{ error: ErrorBody['error'] }, ErrorStatus, 'json'>;

/** The one place where a code becomes a reply. A code that is not ours is a kind's, with its own sentence. */
export function refusalReply(c: Context, refusal: AskRefusal, incident?: string): ErrorReply {
  const known = isErrorCode(refusal.code) ? ERRORS[refusal.code] : undefined;
  const message = refusal.message ?? known?.message ?? refusal.code;
  return c.json({ error: { code: refusal.code, message, incident } }, known?.status ?? REFUSED_STATUS);
}

export const errorReply = (c: Context, code: ErrorCode, message?: string): ErrorReply =>
  refusalReply(c, message === undefined ? { code } : { code, message });

/** What was thrown on the way: expected faults of the store and of the wire by their codes, anything else is a bug. */
export function thrownReply(c: Context, error: unknown, onIncident: (id: string, error: unknown) => void): ErrorReply {
  if (error instanceof Incident) return refusalReply(c, { code: error.code }, error.id);
  if (error instanceof StoreError) return errorReply(c, error.code);
  if (error instanceof HTTPException && error.status === 400) return errorReply(c, 'bad_json');
  if (error instanceof HTTPException && error.status === 415) return errorReply(c, 'not_json');
  if (brokeOff(c, error)) return errorReply(c, 'bad_request', 'The request broke off.'); // nobody hears it
  const id = `http-${randomBytes(4).toString('hex')}`;
  onIncident(id, error);
  return refusalReply(c, { code: 'internal' }, id);
}

/** Whether it is what Node says of a request whose sender has left in the middle: no bug, however often somebody does it. */
function brokeOff(c: Context, error: unknown): boolean {
  const { incoming } = c.env as Partial<HttpBindings>;
  return incoming?.errored instanceof Error && incoming.errored === error;
}

/** What a schema refused: the first thing wrong, where it stands and what was expected. */
export function schemaReply(c: Context, { issues: [issue] }: z.ZodError): ErrorReply {
  if (issue?.code === 'unrecognized_keys') {
    return errorReply(c, 'unknown_field', `There is no field “${issue.keys[0]?.slice(0, 40)}”.`);
  }
  if (issue?.path[0] === 'idempotency-key') return errorReply(c, 'bad_idempotency_key');
  const where = issue?.path.length ? `${issue.path.join('.')}: ` : '';
  return errorReply(c, 'bad_request', `${where}${issue?.message ?? ERRORS.bad_request.message}`);
}
