import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { stream } from 'hono/streaming';
import { exportDocument, statementCsv, type ExportParts } from '../services/export-account.ts';
import type { HttpEnv } from './env.ts';
import type { HttpParts } from './parts.ts';
import { errorReply, refusalReply, schemaReply } from './error-reply.ts';
import { bearer, replies } from './schemas/replies.ts';
import { consentText } from './schemas/devices.ts';
import { eraseBody, erasure } from './schemas/people.ts';
import { forgetSession } from './session-cookie.ts';
import { ownProof } from './step-up.ts';
import { StreamCount } from './stream-count.ts';

const text = createRoute({
  method: 'get',
  path: '/api/consent-texts/{version}',
  summary: 'What was agreed to, word for word',
  security: bearer,
  request: { params: z.object({ version: z.coerce.number().int().min(1).max(1_000_000) }) },
  responses: replies('The text of that version, and its hash', consentText),
});

const file = (type: string) => ({ 200: { description: 'A file', content: { [type]: { schema: z.string() } } } });

const exportAll = createRoute({
  method: 'get',
  path: '/api/me/export',
  summary: 'Everything stored about me',
  description:
    'One JSON document, streamed. With the records of the audit log that are about me; others in them are “an admin”. What would show where checks look is left out, and nothing else.',
  security: bearer,
  responses: file('application/json'),
});

const statement = createRoute({
  method: 'get',
  path: '/api/me/statement.csv',
  summary: 'My statement as CSV',
  security: bearer,
  responses: file('text/csv'),
});

const consequences = createRoute({
  method: 'get',
  path: '/api/me/erasure',
  summary: 'What an erasure would take',
  security: bearer,
  responses: replies('Counts, and credits that would be lost', erasure),
});

const erase = createRoute({
  method: 'post',
  path: '/api/me/erase',
  summary: 'Erase my data',
  description:
    'For good. The books keep their sums under a number that leads to nobody. Every session ends. What phones are computing for me right now is checked first, and gone within half an hour.',
  security: bearer,
  request: { body: { required: true, content: { 'application/json': { schema: eraseBody } } } },
  responses: replies('What went', erasure),
});

/** Of one account at a time: an export reads much. */
const MOST_EXPORTS = 1;

/** What is stored about me: to read, to take along, to erase. Nobody else's can be asked for. */
export function myDataRoutes(parts: HttpParts): OpenAPIHono<HttpEnv> {
  const { myData, exports } = parts;
  const app = new OpenAPIHono<HttpEnv>({
    defaultHook: (result, c) => (result.success ? undefined : schemaReply(c, result.error)),
  });
  const open = new StreamCount(MOST_EXPORTS);

  const download = (c: Context<HttpEnv>, name: string, type: string, write: typeof exportDocument): Response => {
    const asker = c.get('asker');
    if (!open.enter(asker.id)) return errorReply(c, 'too_many_streams');
    c.header('Content-Type', type);
    c.header('Content-Disposition', `attachment; filename="${name}"`);
    c.header('Cache-Control', 'no-store');
    return stream(c, async (to) => {
      try {
        for await (const piece of write(asker, exports satisfies ExportParts)) {
          if (to.aborted) return;
          await to.write(piece);
        }
      } finally {
        open.leave(asker.id);
      }
    });
  };

  app.use('/api/me/erase', ownProof(parts));
  app.openapi(text, (c) => {
    const found = myData.consentText(c.req.valid('param').version);
    return found ? c.json(found, 200) : errorReply(c, 'not_found');
  });
  app.openapi(exportAll, (c) => download(c, 'zeusdrive-my-data.json', 'application/json', exportDocument) as never);
  app.openapi(
    statement,
    (c) => download(c, 'zeusdrive-statement.csv', 'text/csv; charset=utf-8', statementCsv) as never,
  );
  app.openapi(consequences, async (c) => c.json(await myData.consequences(c.get('asker')), 200));
  app.openapi(erase, async (c) => {
    const erased = await myData.erase(c.get('asker'), c.req.valid('json').name);
    if (!erased.ok) return refusalReply(c, { code: erased.error });
    forgetSession(c, parts);
    return c.json(erased.value, 200);
  });
  return app;
}
