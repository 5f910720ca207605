import type { Facts } from './facts.ts';
import type { Rest } from './ruling.ts';
import type { DriverLimits, GovernorPolicy, Signals } from './signals.ts';

/** A weak network stops transfers, not computing. An unknown one is not weak: it lowers the share, and calls may show what it is. */
export function weakNetworkRule({ network }: Facts, policy: GovernorPolicy): Rest {
  const isWeak =
    network &&
    (!network.isOnline ||
      network.effectiveType === 'slow-2g' ||
      network.effectiveType === '2g' ||
      network.slowCalls >= policy.slowCalls);
  return isWeak ? [{ when: 'network' }] : undefined;
}

/**
 * The meter belongs to the day that ends at `midnightAt`; whoever keeps it starts it again there. When the driver changes
 * zone, midnight moves and the end moves with it.
 */
export function dataCapRule(signals: Signals, policy: GovernorPolicy, now: number): Rest {
  const isUsedUp = signals.isCappedByServer || !(signals.bytesToday < policy.bytesADay); // a meter of NaN is no meter
  return isUsedUp && !(now >= signals.midnightAt) ? [{ when: 'time', at: signals.midnightAt }] : undefined;
}

/** An unknown network is not Wi-Fi. */
export const wifiOnlyRule = (facts: Facts, limits: DriverLimits): Rest =>
  (limits.wifiOnly || limits.agreed.networks === 'wifi') && !isOnWifi(facts) ? [{ when: 'wifi' }] : undefined;

export const isOnWifi = ({ network }: Facts): boolean => network?.type === 'wifi' || network?.type === 'ethernet';
