import { expect, test } from 'vitest';
import { recordsPath, withFilter, withPage } from './log-query.ts';

const at = (query: string): URLSearchParams => new URLSearchParams(query);

test('the address says what to ask for, and what is no day is no filter', () => {
  expect(recordsPath(at(''))).toBe('/api/admin/audit-log');
  expect(recordsPath(at('action=role_changed&actor=2&before=51&tab=7&since='))).toBe(
    '/api/admin/audit-log?action=role_changed&actor=2&before=51',
  );
  expect(recordsPath(at('since=2026-05-01'))).toBe(`/api/admin/audit-log?since=${new Date(2026, 4, 1).getTime()}`);
  expect(recordsPath(at('since=yesterday'))).toBe('/api/admin/audit-log');
});

test('turning a page keeps the filter, and another filter begins at its newest page', () => {
  expect(String(withPage(at('actor=2&before=9'), { after: 12 }))).toBe('actor=2&after=12');
  expect(String(withPage(at('actor=2&before=9')))).toBe('actor=2');
  expect(String(withFilter(at('actor=2&before=9'), { actor: '', action: 'x' }))).toBe('action=x');
});
