/** What we have compressed beforehand, best first. */
const OFFERED = ['br', 'gzip'] as const;

export type Encoding = (typeof OFFERED)[number] | 'identity';

/**
 * The best encoding that a client takes and that is there: RFC 9110, 12.5.3. A weight of 0 refuses; `*` stands for whatever
 * is not named. A weight otherwise says nothing here: brotli is smaller, and whoever takes it gets it.
 */
export function chooseEncoding(
  accepted: string | undefined,
  available: { readonly [encoding in (typeof OFFERED)[number]]: unknown },
): Encoding {
  const weights = new Map(
    (accepted ?? '').split(',').map((part) => {
      // Not by `/\s*;\s*/`: a header of blanks would take it a tenth of a second.
      const [name = '', ...parameters] = part
        .toLowerCase()
        .split(';')
        .map((one) => one.trim());
      const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return [name, weight === undefined ? 1 : Number(weight)] as const;
    }),
  );
  const takes = (name: string): boolean => (weights.get(name) ?? weights.get('*') ?? 0) > 0;
  return OFFERED.find((name) => available[name] !== undefined && takes(name)) ?? 'identity';
}
