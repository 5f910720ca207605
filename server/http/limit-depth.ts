import type { MiddlewareHandler } from 'hono';
import { errorReply } from './error-reply.ts';

/** Refuses JSON that nests deeper than `mostDepth`, before anything walks through it: recursion is where a stack ends. */
export function limitDepth(mostDepth: number): MiddlewareHandler {
  return async (c, next) => {
    if (!c.req.header('content-type')?.includes('json')) return next();
    const isTooDeep = depthOf(await c.req.text(), mostDepth) > mostDepth;
    return isTooDeep ? errorReply(c, 'too_deep', `The JSON nests too deep: expected at most ${mostDepth}.`) : next();
  };
}

/** How deep brackets nest outside of strings; stops counting past `most`. Whether it is JSON, the parser says. */
function depthOf(text: string, most: number): number {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < text.length && deepest <= most; i++) {
    const char = text.charCodeAt(i);
    if (char === QUOTE) i = endOfString(text, i);
    else if (char === BRACKET || char === BRACE) deepest = Math.max(deepest, ++depth);
    else if (char === BRACKET + 2 || char === BRACE + 2) depth--;
  }
  return deepest;
}

function endOfString(text: string, from: number): number {
  for (let i = from + 1; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === BACKSLASH) i++;
    else if (char === QUOTE) return i;
  }
  return text.length;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BRACKET = 0x5b;
const BRACE = 0x7b;
