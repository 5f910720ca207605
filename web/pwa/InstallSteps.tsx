import { Trans } from '@lingui/react/macro';
import type { RefObject } from 'react';
import { Icon } from '../ui/Icon.tsx';

/** Add to Home Screen on an iPhone or iPad, drawn. A native dialog: Esc closes it, and the focus goes back to its button. */
export function InstallSteps({ sheet }: { readonly sheet: RefObject<HTMLDialogElement | null> }) {
  return (
    <dialog ref={sheet} className="sheet" aria-labelledby="install-title">
      <h2 id="install-title">
        <Trans>Add to Home Screen</Trans>
      </h2>
      <ol>
        <li>
          <b aria-hidden="true">{1}</b>
          <span>
            <Trans>Tap Share</Trans>
          </span>
          <Icon name="share" size="l" />
        </li>
        <li>
          <b aria-hidden="true">{2}</b>
          <span>
            <Trans>Tap “Add to Home Screen”</Trans>
          </span>
          <Icon name="square-plus" size="l" />
        </li>
        <li>
          <b aria-hidden="true">{3}</b>
          <span>
            <Trans>Tap “Add”, top right</Trans>
          </span>
          <Icon name="check" size="l" />
        </li>
      </ol>
      <p className="meta">
        <Trans>Parked screen and notifications work only from there. You will sign in once more.</Trans>
      </p>
      <form method="dialog">
        <button type="submit" className="btn btn--cta">
          <Trans>Close</Trans>
        </button>
      </form>
    </dialog>
  );
}
