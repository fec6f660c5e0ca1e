import { stringify } from 'yaml';

/** A value as a YAML document, for fields that hold YAML as text. */
export function yamlOf(value: object): string { return stringify(value, { lineWidth: 0 }); }
