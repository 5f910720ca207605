import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { MOST_LINE_BYTES } from './record.ts';

/** Where a log lies: its lines, its keys, its head. Three files, all for their owner alone. */
export interface LogFiles {
  readonly log: string;
  readonly keys: string;
  readonly head: string;
}

export const logFilesIn = (folder: string): LogFiles => ({
  log: join(folder, 'audit.log'),
  keys: join(folder, 'audit-keys.json'),
  head: join(folder, 'audit.head'),
});

/** A line with where it begins, in bytes; `isWhole`: its end was there. Bytes as Latin letters, so that none is lost. */
export interface Line {
  readonly text: string;
  readonly at: number;
  readonly isWhole: boolean;
}

const PIECE_BYTES = 64 * 1024;

/** The lines of a file from a byte on, in pieces: a log may be larger than memory. A line too long for any ends the walk. */
export function* linesOf(path: string, from = 0): Generator<Line> {
  const file = openSync(path, 'r');
  try {
    const piece = Buffer.alloc(PIECE_BYTES);
    let rest = '';
    let at = from;
    for (let position = from; ;) {
      const length = readSync(file, piece, 0, PIECE_BYTES, position);
      position += length;
      const lines = (rest + piece.toString('latin1', 0, length)).split('\n');
      rest = lines.pop() ?? '';
      for (const text of lines) {
        yield { text, at, isWhole: true };
        at += text.length + 1;
      }
      if (length === 0 || rest.length > MOST_LINE_BYTES) break;
    }
    if (rest !== '') yield { text: rest, at, isWhole: false };
  } finally {
    closeSync(file);
  }
}
