import { Trans, useLingui } from '@lingui/react/macro';
import {
  type ChangeEvent,
  type ClipboardEvent,
  type FormEvent,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import { readAskedRoute } from '../../kinds/route-plan/asked-route.ts';
import { useSearch } from 'wouter';
import { Icon } from '../../ui/Icon.tsx';
import { Screen } from '../../ui/Screen.tsx';
import { useApp } from '../../app-context.ts';
import { useAsking } from '../../hooks/useAsking.ts';
import samplePlaces from '../../../wasm/kinds/route-plan/fixtures/sample-places.csv?raw';
import { AskFailure } from './AskFailure.tsx';
import { StopsProblem, StopsSummary } from './StopsSummary.tsx';
import './ask.css';

/** Larger is no list of stops anybody drives; and the server takes no more. */
const LARGEST_FILE_BYTES = 256 * 1024;
/** Letters; a hundred stops are shorter. */
const LONG_PASTE = 5_000;

/** Stops by paste, file or sample; what is wrong with them stands beside the field before anything is sent. */
export default function AskRoute() {
  const { t } = useLingui();
  const { asks } = useApp();
  const [text, setText] = useState(() => asks.prepared()?.text ?? '');
  const [isFileTooLarge, setFileTooLarge] = useState(false);
  const isGone = new URLSearchParams(useSearch()).has('gone');
  const asking = useAsking();
  const fileInput = useRef<HTMLInputElement>(null);
  const id = useId();
  const read = useMemo(() => (text.trim() === '' ? undefined : readAskedRoute(text)), [text]);

  // Shown now: the next time the form opens empty.
  useEffect(() => asks.prepare(undefined), [asks]);

  /** What no list of stops can be is not even shown: a field of megabytes would stop the page. */
  function change(next: string): void {
    if (next.length > LARGEST_FILE_BYTES) return setFileTooLarge(true);
    setFileTooLarge(false);
    asking.forget();
    setText(next);
  }

  /**
   * A long paste becomes the field's value at once. Typed into it, as browsers do, ten thousand lines stop the page for a
   * minute.
   */
  function takePaste(event: ClipboardEvent<HTMLTextAreaElement>): void {
    const pasted = event.clipboardData.getData('text/plain');
    if (pasted.length < LONG_PASTE) return;
    event.preventDefault();
    const { selectionStart, selectionEnd } = event.currentTarget;
    change(text.slice(0, selectionStart) + pasted + text.slice(selectionEnd));
  }

  async function takeFile({ target }: ChangeEvent<HTMLInputElement>): Promise<void> {
    const [file] = target.files ?? [];
    target.value = ''; // the same file again is a change, too
    if (!file) return;
    if (file.size > LARGEST_FILE_BYTES) setFileTooLarge(true);
    else change(await file.text());
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (read?.ok && asking.state.name !== 'asking') void asking.ask(read.value);
    else document.getElementById(id)?.focus();
  }

  return (
    <Screen
      title={t`Plan my route`}
      back="/ask"
      dock={
        <button
          type="submit"
          form={`${id}-form`}
          className="btn btn--cta"
          aria-disabled={asking.state.name === 'asking'}
        >
          <Icon name="route" />
          {asking.state.name === 'asking' ? <Trans>Planning your route</Trans> : <Trans>Plan my route</Trans>}
        </button>
      }
    >
      {isGone && text === '' && (
        <section className="card state" role="status">
          <p className="t">
            <Trans>The stops of that request are gone</Trans>
          </p>
          <p className="meta">
            <Trans>They are kept only while the page that asked is open, and never stored. Paste them once more.</Trans>
          </p>
        </section>
      )}
      <form id={`${id}-form`} className="field" onSubmit={submit} noValidate>
        <label htmlFor={id}>
          <Trans>Your stops</Trans>
        </label>
        <p className="meta" id={`${id}-how`}>
          <Trans>
            One stop a line under <span className="mono">lat,lon</span> or <span className="mono">x,y</span>, a TSPLIB
            file, or JSON.
          </Trans>
        </p>
        <textarea
          id={id}
          value={text}
          onChange={(event) => change(event.target.value)}
          onPaste={takePaste}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          aria-invalid={read?.ok === false || isFileTooLarge}
          aria-describedby={`${id}-how ${id}-found`}
        />
        <div id={`${id}-found`} aria-live="polite" className="found">
          {isFileTooLarge && <StopsProblem code="file_too_large" message="" />}
          {read &&
            !isFileTooLarge &&
            (read.ok ? <StopsSummary asked={read.value} /> : <StopsProblem {...read.error} />)}
        </div>
      </form>
      <div className="ways">
        <input
          ref={fileInput}
          type="file"
          hidden
          onChange={(event) => void takeFile(event)}
          aria-label={t`File of stops`}
        />
        <button type="button" className="btn btn--line btn--sm" onClick={() => fileInput.current?.click()}>
          <Icon name="upload" />
          <Trans>Upload a file</Trans>
        </button>
        <button type="button" className="btn btn--line btn--sm" onClick={() => change(samplePlaces)}>
          <Icon name="list-ordered" />
          <Trans>Use a sample</Trans>
        </button>
      </div>
      <p className="meta pad">
        <Trans>The sample: 150 postal-code places of New York, by GeoNames (CC BY 4.0).</Trans>
      </p>
      {asking.state.name === 'failed' && read?.ok && (
        <AskFailure
          failure={asking.state.failure}
          onRetry={() => asking.retry(read.value, false)}
          onToPool={() => asking.retry(read.value, true)}
        />
      )}
      {asking.state.name === 'asking' && asking.state.progress !== undefined && (
        <section className="card work" role="status">
          <p>
            <Trans>Computing on this phone. Nothing leaves it.</Trans>
          </p>
          <div className="bar" aria-hidden="true">
            <i style={{ width: `${Math.round(100 * asking.state.progress)}%` }} />
          </div>
        </section>
      )}
    </Screen>
  );
}
