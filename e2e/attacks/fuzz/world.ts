import type { KeyObject } from 'node:crypto';
import type { DeviceId } from '../../../shared/ids.ts';

/** What an attacker has: an account, a phone with its key, and the addresses of things. */
export interface FuzzDevice {
  readonly deviceId: DeviceId;
  readonly privateKey: KeyObject;
}

export interface Operation {
  readonly method: string;
  /** With its parameters in braces. */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body: JsonSchema | undefined;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema?: JsonSchema;
}

/** As much of JSON Schema as our document uses. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly example?: unknown;
}

/** All that cases are made from. */
export interface FuzzWorld {
  readonly host: string;
  readonly origin: string;
  readonly operations: readonly Operation[];
  /** Sessions: of a driver, and of an admin. */
  readonly driver: string;
  readonly admin: string;
  /** Addresses that exist: ids, kernels, invites. */
  readonly deviceId: number;
  readonly linkDevices: readonly FuzzDevice[];
  readonly invites: readonly string[];
  readonly kernelHash: string;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, JsonSchema>> };
}

interface OpenApiOperation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: JsonSchema }>> };
}

/** Every operation of the document, references followed. */
export function operationsOf(document: unknown): readonly Operation[] {
  const { paths, components } = document as OpenApi;
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const reference = (value as { readonly $ref?: unknown }).$ref;
    if (typeof reference === 'string') return resolve(components?.schemas?.[reference.split('/').at(-1) ?? '']);
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, resolve(part)]));
  };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      parameters: resolve(operation.parameters ?? []) as readonly Parameter[],
      body: resolve(operation.requestBody?.content?.['application/json']?.schema) as JsonSchema | undefined,
    })),
  );
}
