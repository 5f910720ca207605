import type { ConsentScope, TaskClass } from './consent.ts';

/**
 * What drivers were and are asked to agree to, by version, word for word. A version that was ever shown never changes (a
 * test pins its hash): other words, or a wider scope, are a new version, and everybody is asked again.
 */
export interface ConsentText {
  readonly version: number;
  /** Classes this text covers: "only CPU processing" covers nothing on a GPU. */
  readonly covers: readonly TaskClass[];
  readonly sections: readonly { readonly title: string; readonly lines: readonly string[] }[];
}

export const CONSENT_TEXTS: readonly ConsentText[] = [
  {
    version: 1,
    covers: ['speed_critical', 'high_value', 'normal'],
    sections: [
      { title: 'Shared Compute (Optional)', lines: ['Help speed up AI for everyone!'] },
      {
        title: 'When you opt-in:',
        lines: [
          "ZeusDrive uses 1-2% of your phone's CPU when idle",
          'You get faster AI responses',
          'Earn compute credits',
          'Uses ~0.5MB data per day',
        ],
      },
      {
        title: 'Your privacy is protected:',
        lines: ['Only CPU processing shared', 'No personal data collected', 'Throttles automatically'],
      },
      {
        title: 'Terms of Service 8.5: Shared Compute',
        lines: [
          'By enabling Shared Compute, you agree to:',
          "ZeusDrive may use your device's CPU when idle",
          'Usage is monitored and throttled',
          'No personal data is processed on your device',
          'You may disable at any time',
          'Participation is entirely voluntary',
        ],
      },
      {
        title: 'Estimated impact of Shared Compute:',
        lines: [
          'Battery: <1% drain per hour',
          'Data: ~0.5MB per day (WiFi preferred)',
          'Heat: Minimal (automatic throttle if hot)',
        ],
      },
    ],
  },
];

export const consentText = (version: number): ConsentText | undefined =>
  CONSENT_TEXTS.find((text) => text.version === version);

/** The text as one string: what its hash is of. */
export const consentTextBody = ({ sections }: ConsentText): string =>
  sections.map(({ title, lines }) => [title, ...lines].join('\n')).join('\n\n');

/** All that a text covers, at any hour, on any network. */
export const fullScope = (version: number): ConsentScope => ({
  classes: consentText(version)?.covers ?? [],
  hours: undefined,
  networks: 'any',
});
