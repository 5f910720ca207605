import { Trans } from '@lingui/react/macro';
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';

interface DialogProps {
  readonly title: ReactNode;
  /** What it brings, one line each, before anybody can do it. */
  readonly consequences: readonly { readonly key: string; readonly line: ReactNode }[];
  /** Fields that have to be filled in. */
  readonly children?: ReactNode;
  /** How it is taken back. */
  readonly undo?: ReactNode;
  readonly keep: ReactNode;
  readonly act: ReactNode;
  readonly isDangerous?: boolean;
  /** What it brings is not known yet: it cannot be done before. */
  readonly isWaiting?: boolean;
  readonly onAct: (fields: FormData) => void;
  readonly onClose: () => void;
}

/**
 * Consequences before power. The safe button stands left and has the focus, Esc closes, and the focus goes back to where it
 * was: closing the element does that, so it is closed before it leaves the page.
 */
export function Dialog({
  title,
  consequences,
  children,
  undo,
  keep,
  act,
  isDangerous,
  isWaiting,
  onAct,
  onClose,
}: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const safe = useRef<HTMLButtonElement>(null);
  const heading = useId();
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    safe.current?.focus();
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={isDangerous ? 'desk-dialog desk-dialog--stop' : 'desk-dialog'}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onAct(new FormData(event.currentTarget));
        }}
      >
        <p className="meta">
          <Trans>Before you do this. Esc closes.</Trans>
        </p>
        <h2 id={heading}>{title}</h2>
        <ul aria-live="polite" aria-busy={isWaiting}>
          {consequences.map(({ key, line }) => (
            <li key={key}>{line}</li>
          ))}
        </ul>
        {children}
        <div className="desk-buttons">
          <button ref={safe} type="button" className="deskbtn" onClick={onClose}>
            {keep}
          </button>
          <button
            type="submit"
            className={isDangerous ? 'deskbtn deskbtn--stop' : 'deskbtn deskbtn--cta'}
            disabled={isWaiting}
          >
            {act}
          </button>
        </div>
        {undo !== undefined && <p className="meta">{undo}</p>}
      </form>
    </dialog>
  );
}

/** What was written as the reason. */
export const whyFrom = (fields: FormData): string => {
  const why = fields.get('why');
  return typeof why === 'string' ? why : '';
};

/** Why something is done: goes to the audit log, for good. */
export function WhyField() {
  const id = useId();
  return (
    <div className="desk-field">
      <label htmlFor={id}>
        <Trans>Why, for the audit log</Trans>
      </label>
      <input id={id} name="why" required maxLength={500} pattern=".*\S.*" />
    </div>
  );
}
