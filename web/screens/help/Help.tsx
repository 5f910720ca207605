import { Trans, useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Icon } from '../../ui/Icon.tsx';
import { Screen } from '../../ui/Screen.tsx';
import './help.css';

const SHARED_COMPUTE = '/settings/ai-performance/shared-compute';

/** Plain answers to what drivers ask; each is true of this version, and leads to the place it is about. */
export default function Help() {
  const { t } = useLingui();
  return (
    <Screen title={t`Help`} back="/settings" layout="one">
      <Answer question={<Trans>Why is nothing happening?</Trans>} href="/" place={<Trans>Look at Home</Trans>}>
        <Trans>
          Mostly because nobody has asked for anything large. There are more phones than work, so “Ready” is what you
          see most of the time. Your phone starts by itself when there is a part for it.
        </Trans>
      </Answer>
      <Answer
        question={<Trans>Why did it stop?</Trans>}
        href={SHARED_COMPUTE}
        place={<Trans>See what your phone tells us</Trans>}
      >
        <Trans>
          A rule stopped it, and the sign on Home says which, and what ends it: you are using the phone, ZeusDrive is
          not in front, the battery is low, the phone seems warm, the signal is weak, today’s data are used, or a limit
          of yours. It starts again by itself. Stopping never lowers your price, your rank or what is pending.
        </Trans>
      </Answer>
      <Answer
        question={<Trans>What does it do to my battery?</Trans>}
        href={SHARED_COMPUTE}
        place={<Trans>Your limits</Trans>}
      >
        <Trans>
          It stops below 20 %, and starts again at 30 %, five minutes later at the earliest. It aims at 1.5 % of the
          phone’s CPU, or 1 % where the phone hides its battery, heat or network. How much charge that takes on your
          phone we do not know yet. You can have it work only while the phone charges.
        </Trans>
      </Answer>
      <Answer
        question={<Trans>How much data does it use?</Trans>}
        href={SHARED_COMPUTE}
        place={<Trans>Data today</Trans>}
      >
        <Trans>
          At most 0.5 MB a day, on every network; then it stops until midnight. We count at our end, too. New versions
          of the app and what you ask yourself are not part of it. You can have it work on Wi-Fi only.
        </Trans>
      </Answer>
      <Answer
        question={<Trans>What do others see of me?</Trans>}
        href="/settings/data/shared"
        place={<Trans>What is shared, and what is not</Trans>}
      >
        <Trans>
          Small requests stay on your phone. Of a large one, other phones get stops that are moved, turned, mirrored and
          shuffled: no name, no account, no place, no time. Your phone’s own work shows nobody who you are.
        </Trans>
      </Answer>
      <Answer
        question={<Trans>When are credits mine?</Trans>}
        href="/credits"
        place={<Trans>Look at your credits</Trans>}
      >
        <Trans>
          A unit is a small piece of work, about two seconds of a phone at full speed. Once its result is checked, its
          credit is pending, and the row says by when it posts. Posted credits are yours. If a check finds another
          result, the credit is voided; the row says why, and with one tap we look again.
        </Trans>
      </Answer>
      <Answer
        question={<Trans>I lost my phone, or have a new one</Trans>}
        href="/settings/account"
        place={<Trans>How you sign in</Trans>}
      >
        <Trans>
          Sign in on the new one with your passkey or your email, not with the old invite: your account and its credits
          are as you left them. Then “Sign out everywhere else” ends the lost one at once. Turn Shared Compute on again
          here: each phone is asked for itself.
        </Trans>
      </Answer>
      <Answer
        question={<Trans>Two of us use this phone</Trans>}
        href="/settings"
        place={<Trans>Sign out at the end of Settings</Trans>}
      >
        <Trans>
          Sign out when you hand it over: what you lend stops, and the other signs in. Each has their own account,
          credits and agreement; nobody lends in the other’s name. The limits belong to the phone and stay.
        </Trans>
      </Answer>
      <Answer question={<Trans>How do I stop it?</Trans>} href="/" place={<Trans>Stop on Home</Trans>}>
        <Trans>
          Tap Stop on Home, or the switch in Settings: everything ends at once, without network too, and nobody asks you
          why. “Pause for today” stops it until midnight. A request of your own you can cancel while it runs.
        </Trans>
      </Answer>
      <Answer
        question={<Trans>How do I erase my data?</Trans>}
        href="/settings/data/mine"
        place={<Trans>Your data</Trans>}
      >
        <Trans>
          Under Settings, Your data: what is kept of you to download, and a button that erases it. It says beforehand
          what goes with it, and asks for your name. On the phone it removes the key, your limits and your choices, too.
        </Trans>
      </Answer>
    </Screen>
  );
}

interface AnswerProps {
  readonly question: ReactNode;
  readonly href: string;
  readonly place: ReactNode;
  readonly children: ReactNode;
}

function Answer({ question, href, place, children }: AnswerProps) {
  return (
    <section className="card help">
      <h2>{question}</h2>
      <p>{children}</p>
      <Link className="textlink" href={href}>
        {place}
        <Icon name="chevron-right" size="s" />
      </Link>
    </section>
  );
}
