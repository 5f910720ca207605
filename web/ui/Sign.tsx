import type { ReactNode } from 'react';
import { Icon } from './Icon.tsx';
import type { IconName } from './icons.ts';

/** go: computing or ready. rest: by a rule, comes back by itself. you: your decision. off: not here. stop: we stopped it. */
export type Tone = 'go' | 'rest' | 'you' | 'off' | 'stop';

interface SignProps {
  readonly tone: Tone;
  readonly icon: IconName;
  readonly word: ReactNode;
  /** Top right: since when, or how. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** The state sign: one per screen, always first. Colour, icon and word say the same thing. */
export function Sign({ tone, icon, word, aside, children }: SignProps) {
  return (
    <section className={`sign sign--${tone}`} data-sign={tone}>
      <div className="sign-top">
        <Icon name={icon} />
        {word}
        {aside !== undefined && <span className="r">{aside}</span>}
      </div>
      {children}
    </section>
  );
}
