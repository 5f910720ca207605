import { IdentifierNode, TableNode, type OperationNode, type RootOperationNode } from 'kysely';
import { assert, must } from '../../shared/assert.ts';
import { accountId } from '../../shared/ids.ts';
import type { AuditEvent } from '../core/ports.ts';
import type { AuditPort } from '../services/audit-port.ts';
import type { Around, Rows } from './sync-dialect.ts';

/** Where somebody shows who they are. */
export type Door = 'passkey' | 'code';

type Act = 'signed_in' | 'passkey_added' | 'email_set';

/**
 * The library's writes that are acts of a person, each committed with its record. We cannot note them after its calls return:
 * between its commit and ours a crash would leave a sign-in that no log knows. Nor do triggers do: they know neither our clock
 * nor by which door somebody came. What is told is read from the statement's own rows, so the record names who was written.
 */
export const tellWrites =
  (audit: AuditPort, door: () => Door | undefined): Around =>
  (query, run) => {
    const act = actOf(query);
    if (!act) return run();
    return audit.commit((note) => {
      const result = run();
      for (const row of rowsOf(act, result)) {
        const id = accountId(Number(act === 'email_set' ? row['id'] : row['user_id']));
        // A session by no door we know is a bug: it is undone with its transaction.
        const detail: AuditEvent['detail'] = act === 'signed_in' ? { by: must(door(), 'a door') } : {};
        note({ actorId: id, action: act, target: `account:${id}`, detail });
      }
      return result;
    });
  };

/** It asks for every row it writes; a version that no longer does must not write unseen. */
function rowsOf(act: Act, { rows, numAffectedRows }: Rows): Rows['rows'] {
  assert(numAffectedRows === undefined, `the rows of “${act}”, not their number`);
  return rows;
}

function actOf(query: RootOperationNode): Act | undefined {
  if (query.kind === 'InsertQueryNode') return INSERTS[tableOf(query.into)];
  if (query.kind !== 'UpdateQueryNode' || tableOf(query.table) !== 'auth_user') return undefined;
  const isEmail = query.updates?.some(({ column }) => nameOf(column).startsWith('email')) ?? false;
  return isEmail ? 'email_set' : undefined;
}

const INSERTS: Readonly<Record<string, Act>> = { auth_session: 'signed_in', auth_passkey: 'passkey_added' };

const tableOf = (node: OperationNode | undefined): string =>
  node && TableNode.is(node) ? node.table.identifier.name : '';
const nameOf = (node: OperationNode): string =>
  'column' in node && IdentifierNode.is(node.column as OperationNode) ? (node.column as IdentifierNode).name : '';
