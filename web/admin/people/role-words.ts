import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { PeopleSort } from '../../../shared/protocol/account.ts';
import type { Me } from '../../../shared/protocol/app.ts';

type Role = Me['role'];

export const ROLES: readonly Role[] = ['driver', 'tester', 'admin'];

export const ROLE_WORDS: Readonly<Record<Role, MessageDescriptor>> = {
  driver: msg`Driver`,
  tester: msg`Tester`,
  admin: msg`Admin`,
};

export const roleFrom = (field: FormDataEntryValue | null): Role => ROLES.find((role) => role === field) ?? 'driver';

/** What stands first. */
export const SORT_WORDS: Readonly<Record<PeopleSort, MessageDescriptor>> = {
  newest: msg`Who came last`,
  name: msg`By name`,
  units: msg`Most units ever`,
  seen: msg`Who worked last`,
};
