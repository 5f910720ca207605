import type { NetworkInterfaceInfo } from 'node:os';

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/** Bridges of containers and virtual machines: no phone is behind one. */
const VIRTUAL = /^(docker|br-|veth|virbr|vmnet|vboxnet|cni|flannel|tun|tap|utun|awdl|llw)/;

/** Addresses at which a phone in the same network may reach this machine, most likely first: private IPv4 before others. */
export function addressesOf(interfaces: Interfaces): readonly string[] {
  const found = Object.entries(interfaces).flatMap(([name, addresses = []]) =>
    addresses
      .filter(({ internal, family, scopeid = 0 }) => !internal && (family === 'IPv4' || scopeid === 0))
      .map(({ address, family }) => ({ address, rank: (VIRTUAL.test(name) ? 4 : 0) + rankOf(address, family) })),
  );
  return found.toSorted((a, b) => a.rank - b.rank).map(({ address }) => address);
}

function rankOf(address: string, family: string): number {
  if (family !== 'IPv4') return 3;
  if (address.startsWith('169.254.')) return 2;
  return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(address) ? 0 : 1;
}
