import { z } from '@hono/zod-openapi';

/** The bodies of `shared/protocol/rest.ts` as schemas: what is refused at the edge, and the OpenAPI document. */
export const count = z.int().min(0);

export const instant = z.int().min(0).openapi({ description: 'Milliseconds since 1970-01-01 UTC' });

export const micros = z.int().openapi({ description: 'Micro-dollars: 1 USD = 1,000,000' });

export const reason = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .openapi({ description: 'Why: for the history and the audit log' });

export const settings = z.record(z.string(), z.int());

export const why = z.string().trim().min(1).max(300);

export const minute = z.int().min(0).max(1439);

export const u32 = z.int().min(0).max(0xffff_ffff);

export const base64url = z.string().openapi({ format: 'base64url' });

export const code = z.string().regex(/^[a-z_]{1,40}$/);
