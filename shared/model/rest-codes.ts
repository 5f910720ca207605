/** Why a phone rests, in the order in which the rules are asked; their number on the wire is their place, from 1. */
export const REST_CODES = [
  'not_opted_in',
  'not_in_rollout',
  'programme_off',
  'not_in_front',
  'battery_low',
  'low_power',
  'hot',
  'in_use',
  'weak_network',
  'data_cap',
  'wifi_only',
  'charging_only',
  'outside_hours',
  'paused_by_you',
  'measuring_battery',
] as const;
export type RestCode = (typeof REST_CODES)[number];
