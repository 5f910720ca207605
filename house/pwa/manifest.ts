/** A picture as the build has stored it. `size` is what the file's own header says, `390x844`. */
export interface Picture {
  readonly src: string;
  readonly size: string;
}

export interface ManifestParts {
  /** The page's ground and the go sign's, in daylight, from tokens.css. */
  readonly background: string;
  readonly theme: string;
  readonly picture: (name: string) => Picture;
}

/** How the app looks once it is installed: https://www.w3.org/TR/appmanifest/ */
export function manifestOf({ background, theme, picture }: ManifestParts): object {
  const image = (name: string): object => ({ src: picture(name).src, sizes: picture(name).size, type: 'image/png' });
  return {
    id: '/',
    name: 'ZeusDrive Shared Compute',
    short_name: 'ZeusDrive',
    description: 'Drivers ask for better routes; phones with time to spare compute them together.',
    lang: 'en',
    dir: 'ltr',
    start_url: '/',
    scope: '/',
    display: 'standalone',
    background_color: background,
    theme_color: theme,
    categories: ['navigation', 'productivity', 'utilities'],
    icons: [
      { ...image('icon-192'), purpose: 'any' },
      { ...image('icon-512'), purpose: 'any' },
      { ...image('maskable-512'), purpose: 'maskable' },
    ],
    shortcuts: [
      { name: 'Ask a route', url: '/ask/route', icons: [image('icon-192')] },
      { name: 'Parked', url: '/parked', icons: [image('icon-192')] },
      { name: 'Credits', url: '/credits', icons: [image('icon-192')] },
    ],
    screenshots: [
      { ...image('home-narrow'), form_factor: 'narrow', label: 'Home: what your phone does, in one sign' },
      { ...image('route-narrow'), form_factor: 'narrow', label: 'A route, before and after' },
      { ...image('home-wide'), form_factor: 'wide', label: 'Home in a wide window' },
    ],
  };
}
