import { fnv1a } from '../bytes.ts';
import type { Field, Fields, NamedRecord } from './fields.ts';
import { FRAMES, WIRE_VERSION, type FrameName } from './frame-table.ts';

/**
 * What derives from the table besides the codec: its canonical text, whose hash a test pins to the version, and
 * docs/WIRE.md.
 */
export function layoutText(): string {
  const fieldsOf = (fields: Fields): string =>
    Object.entries(fields)
      .map(([name, field]) => `${name}:${field.layout}`)
      .join(',');
  return entries()
    .map(
      ([name, { type, from, numbered, fields }]) =>
        `${type} ${name} ${from}${numbered ? ' seq' : ''} {${fieldsOf(fields)}}`,
    )
    .join('\n');
}

/** FNV-1a of the layout, as eight hex digits. */
export const layoutHash = (): string =>
  fnv1a(Uint8Array.from(layoutText(), (character) => character.charCodeAt(0)))
    .toString(16)
    .padStart(8, '0');

const entries = () => Object.entries(FRAMES) as [FrameName, (typeof FRAMES)[FrameName]][];

/** docs/WIRE.md, whole. */
export function wireDocument(): string {
  const records = new Map<string, NamedRecord>();
  const collect = (fields: Fields): void => {
    for (const field of Object.values(fields)) for (const record of field.records) records.set(record.name, record);
  };
  for (const [, { fields }] of entries()) collect(fields);

  return [
    '# The device link, byte by byte',
    '',
    'Generated from `shared/protocol/frame-table.ts`; a test compares them. After a change: `UPDATE=1 npx vitest run shared/protocol`.',
    '',
    `Version ${WIRE_VERSION}, layout ${layoutHash()}. Binary WebSocket messages, one frame each, little-endian.`,
    "Lists and sized fields carry their count first. Ping and pong are the WebSocket's own.",
    '',
    ...table(
      ['offset', 'bytes', 'header'],
      [
        ['0', '1', 'type'],
        ['1', '1', 'version in the low four bits; flags in the high four, 0 so far'],
        ['2', '2', 'length of the body'],
        ['4', '4', 'seq of the exchange, from 1, in `exchange` and `reply`; else 0'],
      ],
    ),
    '',
    '## Frames',
    ...entries().flatMap(([name, { type, from, note, fields }]) => [
      '',
      `### ${type} \`${name}\``,
      '',
      `${sender(from)} ${note}`,
      '',
      ...fieldTable(fields),
    ]),
    '',
    '## Records',
    ...[...records.values()].flatMap(({ name, fields }) => ['', `### ${name}`, '', ...fieldTable(fields)]),
    '',
  ].join('\n');
}

function sender(from: 'device' | 'server' | 'both'): string {
  switch (from) {
    case 'device':
      return 'Device to server.';
    case 'server':
      return 'Server to device.';
    case 'both':
      return 'Both ways.';
  }
}

/** Offsets count from the body's or record's start, for as long as everything before has a fixed size. */
function fieldTable(fields: Fields): readonly string[] {
  const parts = Object.entries(fields);
  if (parts.length === 0) return ['No body.'];
  const rows = parts.map(([name, field], i) => [offsetOf(parts.slice(0, i)), name, field.label, field.note]);
  return table(['offset', 'field', 'bytes', 'meaning'], rows);
}

const offsetOf = (before: readonly (readonly [string, Field<unknown>])[]): string =>
  before.every(([, field]) => field.fixed) ? String(before.reduce((sum, [, field]) => sum + field.leastBytes, 0)) : '';

const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => [
  `| ${head.join(' | ')} |`,
  `|${head.map(() => '---').join('|')}|`,
  ...rows.map((row) => `| ${row.join(' | ')} |`),
];
