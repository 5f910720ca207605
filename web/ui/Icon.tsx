import { type IconName, shapeOf } from './icons.ts';

/** An icon beside its word; it never stands for the word, so readers skip it. */
export function Icon({ name, size = 'm' }: { readonly name: IconName; readonly size?: 's' | 'm' | 'l' }) {
  return (
    <svg
      className={size === 'm' ? 'ic' : `ic ic-${size}`}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={shapeOf(name)} />
    </svg>
  );
}
