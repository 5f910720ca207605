import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { RestCode } from '../../shared/model/rest-codes.ts';

/** Why phones rest, short enough to stand before a bar. */
const REST_NAMES: Readonly<Record<RestCode, MessageDescriptor>> = {
  not_opted_in: msg`Not opted in`,
  not_in_rollout: msg`Not in the rollout`,
  programme_off: msg`Programme off`,
  not_in_front: msg`Not in front`,
  battery_low: msg`Battery low`,
  low_power: msg`Low-power mode`,
  hot: msg`Warm (estimated)`,
  in_use: msg`In use`,
  weak_network: msg`Weak network`,
  data_cap: msg`Data used up`,
  wifi_only: msg`Waits for Wi-Fi`,
  charging_only: msg`Waits for a charger`,
  outside_hours: msg`Outside their hours`,
  paused_by_you: msg`Paused by the driver`,
  measuring_battery: msg`Measuring the battery`,
};

/** Nothing for a code that this app does not know yet. */
export const restName = (code: string): MessageDescriptor | undefined =>
  (REST_NAMES as Readonly<Record<string, MessageDescriptor>>)[code];
