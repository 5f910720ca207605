import { TABLES } from './columns.ts';
import { FRAME_FIELDS } from './frame-fields.ts';
import { TOPICS, type Kept, type Shared, type Topic } from './topics.ts';

const KEPT: Readonly<Record<Kept, string>> = {
  while_you_are_here: 'until erased',
  in_the_books: 'in the books; after an erasure under a number that leads to nobody',
  not_kept: 'not kept',
  about_nobody: 'about nobody',
};

/** The table of docs/SECURITY.md: topics, who sees them, and which columns and frame fields belong to each. */
export function privacyTable(): string {
  const rows = (Object.keys(TOPICS) as Topic[]).map((topic) => {
    const { seenBy, kept } = TOPICS[topic];
    const columns = Object.entries(TABLES).map(([name, table]) => [name, table.columns] as const);
    return [
      topic,
      seenBy.join(', '),
      KEPT[kept],
      namesOf(columns, topic),
      namesOf(Object.entries(FRAME_FIELDS), topic),
    ];
  });
  return [['topic', 'seen by', 'kept', 'columns', 'frame fields'], ['---', '---', '---', '---', '---'], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function namesOf(groups: readonly (readonly [string, Readonly<Record<string, Shared>>])[], topic: Topic): string {
  return groups
    .flatMap(([name, fields]) => {
      const own = Object.keys(fields).filter((field) => fields[field]?.topic === topic);
      return own.length === 0 ? [] : [`${name}: ${own.join(' ')}`];
    })
    .join('; ');
}
