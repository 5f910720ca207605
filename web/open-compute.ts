import { must } from '../shared/assert.ts';
import type { DeviceView, Programme } from '../shared/protocol/app.ts';
import { openCompute } from './compute/compute.ts';
import type { Compute } from './compute/view.ts';
import { limitsHere } from './data/limits-here.ts';
import { writable } from './data/observable.ts';
import { valueOf } from './data/resource.ts';
import { coresHere, type Services } from './data/services.ts';
import { tellRests } from './screens/home/rest-words.ts';
import { REST_WORDS } from './screens/home/resting.ts';

/** Computing for whoever is signed in now. Its own chunk: see `compute-later.ts`. */
export function openComputeHere({ api, me }: Pick<Services, 'api' | 'me'>, isBench: boolean): Compute {
  const { accountId, programme: atFirst } = must(valueOf(me.read()), 'somebody signed in');
  const programme = writable<Pick<Programme, 'isOn' | 'targetPercent'>>(atFirst);
  me.subscribe(() => programme.write(valueOf(me.read())?.programme ?? programme.read()));
  tellRests(REST_WORDS);
  return openCompute({
    accountId,
    programme,
    programmeChanged: () => void me.refresh(),
    bench: isBench,
    limits: limitsHere,
    async enrol({ publicKey }) {
      const reply = await api.post<DeviceView>('/api/devices', { body: { publicKey, cores: coresHere() } });
      if (!reply.ok) throw new Error(`this phone could not be enrolled: ${reply.error.kind}`);
      return reply.value.body;
    },
  });
}
