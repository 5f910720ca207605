import type { Me } from '../../../shared/protocol/app.ts';
import { Agreed } from './Agreed.tsx';
import { Mine } from './Mine.tsx';
import { WhatIsShared } from './WhatIsShared.tsx';
import './my-data.css';

interface MyDataProps {
  readonly me: Me;
  /** `agreed`, `shared`, or anything else: what is stored, to take along or to erase. */
  readonly page: string;
}

/** Three screens about one's own data. They are loaded together when one of them is opened. */
export default function MyData({ me, page }: MyDataProps) {
  if (page === 'agreed') return <Agreed me={me} />;
  if (page === 'shared') return <WhatIsShared />;
  return <Mine me={me} />;
}
