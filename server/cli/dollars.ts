/** Micro-dollars for people, without their sign: `$5.00`, `$0.000001`. */
export function dollars(micros: number): string {
  const size = Math.abs(micros);
  const part = String(size % 1_000_000).padStart(6, '0');
  return `$${Math.floor(size / 1_000_000)}.${part.replace(/(?<=\d\d)0+$/, '')}`;
}
