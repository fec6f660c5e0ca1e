import { byteLength } from '../../util/go/bytes';
import { at, Report } from '../problem';

const KEY = /^([a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)*\/)?((?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$/;
const VALUE = /^(?:(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

/** What istiod says of labels by which it selects workloads, in its networking resources. */
export function checkLabels(labels: Readonly<Record<string, string>> | undefined, field: string, error: Report): void {
  for (const [key, value] of Object.entries(labels ?? {})) {
    const [, prefix = '', name] = KEY.exec(key) ?? [];
    if (name === undefined || byteLength(prefix) > 254 || byteLength(name) > 63) {
      error(at(field, key), `must be a key such as 'app' or 'example.com/app', got '${key}'; labels match exactly`);
    }
    if (!VALUE.test(value)) {
      error(at(field, key), `must consist of letters, digits and inner '-', '_' and '.', got '${value}'; labels match exactly`);
    }
  }
}
