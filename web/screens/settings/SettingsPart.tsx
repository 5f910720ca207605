import { lazy } from 'react';
import type { Me } from '../../../shared/protocol/app.ts';
import Settings from './Settings.tsx';

// Its own chunk, named here: what App names is paid for by everybody's first load.
const Account = lazy(() => import('../account/Account.tsx'));

/** `/settings`, and what stands right behind it. */
export default function SettingsPart({ me, part }: { readonly me: Me; readonly part: string | undefined }) {
  return part === 'account' ? <Account /> : <Settings me={me} />;
}
