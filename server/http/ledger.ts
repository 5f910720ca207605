import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { HttpEnv } from './env.ts';
import type { HttpParts } from './parts.ts';
import { errorReply, schemaReply } from './error-reply.ts';
import { bearer, replies } from './schemas/replies.ts';
import { ledgerAccount, ledgerCheck, ledgerEntries } from './schemas/money.ts';

const MOST_ENTRIES = 200;
const ENTRIES_SHOWN = 50;

const accountParams = z.object({
  id: z.string().openapi({ param: { name: 'id', in: 'path' }, example: 'pending-12' }),
});

const account = createRoute({
  method: 'get',
  path: '/api/ledger/accounts/{id}',
  summary: 'A balance',
  description: '`budget`, `reserved`, `funding` (admins), `pending-12`, `available-12` (account 12 and admins).',
  security: bearer,
  request: { params: accountParams },
  responses: replies('The balance', ledgerAccount),
});

const entries = createRoute({
  method: 'get',
  path: '/api/ledger/accounts/{id}/entries',
  summary: 'Movements, newest first',
  security: bearer,
  request: {
    params: accountParams,
    query: z.strictObject({
      before: z.coerce.number().int().min(1).optional(),
      limit: z.coerce.number().int().min(1).max(MOST_ENTRIES).optional(),
    }),
  },
  responses: replies('A page', ledgerEntries),
});

const verify = createRoute({
  method: 'get',
  path: '/api/ledger/verify',
  summary: 'Adds up the whole book',
  description: 'For admins. Every transfer balances, and every balance is the sum of its entries.',
  security: bearer,
  responses: replies('What was found', ledgerCheck),
});

/** Reads of the book. Not there and not yours are the same. */
export function ledgerRoutes({ p2p }: HttpParts): OpenAPIHono<HttpEnv> {
  const app = new OpenAPIHono<HttpEnv>({
    defaultHook: (result, c) => (result.success ? undefined : schemaReply(c, result.error)),
  });

  app.openapi(account, async (c) => {
    const found = await p2p.ledgerAccount(c.get('asker'), c.req.valid('param').id);
    return found ? c.json(found, 200) : errorReply(c, 'not_found');
  });

  app.openapi(entries, async (c) => {
    const { before = Number.MAX_SAFE_INTEGER, limit = ENTRIES_SHOWN } = c.req.valid('query');
    const found = await p2p.ledgerEntries(c.get('asker'), c.req.valid('param').id, before, limit);
    return found ? c.json(found, 200) : errorReply(c, 'not_found');
  });

  app.openapi(verify, async (c) => {
    const found = await p2p.verifyLedger(c.get('asker'));
    return found ? c.json(found, 200) : errorReply(c, 'not_found');
  });

  return app;
}
