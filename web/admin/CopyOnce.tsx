import { Trans } from '@lingui/react/macro';
import { type ReactNode, useState } from 'react';

interface CopyOnceProps {
  readonly label: ReactNode;
  /** What nobody can read again. */
  readonly text: string;
}

/** Shown this once, to be copied. Where the browser keeps the clipboard from us, the text can be marked as any other. */
export function CopyOnce({ label, text }: CopyOnceProps) {
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      setCopied(false);
    }
  };
  return (
    <div className="desk-once" role="status">
      <p className="meta">{label}</p>
      <span className="mono">{text}</span>
      <button type="button" className="deskbtn" onClick={() => void copy()}>
        {isCopied ? <Trans>Copied</Trans> : <Trans>Copy</Trans>}
      </button>
    </div>
  );
}
