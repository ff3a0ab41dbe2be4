/** The schema of programs, as far as an editor asks it: what may stand in a place, and what it means. */

import type { Step } from './yaml-place';

export interface Schema {
  title?: string;
  description?: string;
  type?: string | string[];
  $ref?: string;
  $defs?: Record<string, Schema>;
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  propertyNames?: Schema;
  required?: string[];
  items?: Schema;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  examples?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}

/** A field that may stand in a mapping. */
export interface Field {
  key: string;
  schema: Schema;
  required: boolean;
}

/** Returns a schema with what it refers to; its own words come first. */
export function resolved(root: Schema, schema: Schema): Schema {
  if (!schema.$ref) return schema;
  const name = schema.$ref.replace('#/$defs/', '');
  const target = root.$defs?.[name];
  if (!target) return schema;
  const { $ref: _, ...own } = schema;
  return { ...resolved(root, target), ...own };
}

/** Returns the forms that a value may have: itself, or each of its alternatives. */
function forms(root: Schema, schema: Schema): Schema[] {
  const whole = resolved(root, schema);
  const others = [...(whole.anyOf ?? []), ...(whole.oneOf ?? []), ...(whole.allOf ?? [])];
  return [whole, ...others.flatMap((one) => forms(root, one))];
}

/** Returns the schema under a path; null where the schema says nothing. */
export function schemaAt(root: Schema, path: Step[]): Schema | null {
  let schemas: Schema[] = [root];
  for (const step of path) {
    schemas = schemas.flatMap((schema) => forms(root, schema)).flatMap((schema) => below(schema, step));
    if (schemas.length === 0) return null;
  }
  const first = schemas[0];
  return first ? resolved(root, first) : null;
}

function below(schema: Schema, step: Step): Schema[] {
  if (typeof step === 'number') return schema.items ? [schema.items] : [];
  const named = schema.properties?.[step];
  if (named) return [named];
  return typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : [];
}

/** Returns the fields of the mapping under a path, those that must be there first. */
export function fieldsAt(root: Schema, path: Step[]): Field[] {
  const schema = schemaAt(root, path);
  if (!schema) return [];
  const fields = forms(root, schema).flatMap((form) =>
    Object.entries(form.properties ?? {}).map(([key, value]) => ({
      key,
      schema: resolved(root, value),
      required: form.required?.includes(key) ?? false,
    })),
  );
  const first = fields.filter((field, at) => fields.findIndex((one) => one.key === field.key) === at);
  return first.sort((a, b) => Number(b.required) - Number(a.required));
}

/** Returns the values that may be written under a path: those that are listed, or examples. */
export function valuesOf(root: Schema, path: Step[]): { text: string; isDefault: boolean }[] {
  const schema = schemaAt(root, path);
  if (!schema) return [];
  const all = forms(root, schema);
  const listed = all.flatMap((form) => form.enum ?? (form.const === undefined ? [] : [form.const]));
  const logical = all.some((form) => form.type === 'boolean') ? [true, false] : [];
  const some = [...listed, ...logical];
  const values = some.length > 0 ? some : (schema.examples ?? []).filter(isScalar);
  const texts = values.filter(isScalar).map(String);
  return [...new Set(texts)].map((text) => ({ text, isDefault: text === String(schema.default) }));
}

function isScalar(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

/** Whether a mapping or a list stands below a key. */
export function hasBelow(root: Schema, schema: Schema): 'map' | 'list' | null {
  const all = forms(root, schema);
  if (all.some((form) => form.type === 'array')) return 'list';
  return all.some((form) => form.type === 'object' || form.properties) ? 'map' : null;
}
