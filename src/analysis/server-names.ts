import { SERVER_NAME } from './domain';
import { classesOf } from './words';
import { language, Language } from '../policy/matching/language';
import { Passage } from '../policy/policy-world';
import { FieldTest } from '../policy/proxies/rule';
import { oneOfEach } from '../util/grouped';
import { unique } from '../util/text';

/** A server name that is told apart from others, and what it is in words. */
export interface ServerName {
  readonly sni?: string;
  readonly said: string;
}

/** A client may give any name, whatever its proxy would give by itself. Where nobody asks it is left to that. */
export function serverNamesOf(probes: readonly Passage[], tests: readonly FieldTest[]): ServerName[] {
  const gateways = probes.flatMap(({ verdicts }) => verdicts.flatMap(({ hop }) => hop.at === 'gateway' ? hop : []));
  const served = gateways.flatMap(({ listeners }) => listeners.flat().flatMap(chain => chain.names ?? [])).map((value): AskedName =>
    ({ value, language: value.startsWith('*') ? language([{ of: '[^]', some: true }, value.slice(1)]) : language([value]) }));
  const asking = tests.filter(({ asks: { dimension } }) => dimension.aspect === 'fixed' && dimension.language);
  if (gateways.length === 0 && asking.length === 0) return [{ said: '' }];
  const asked = asking.flatMap(({ asks }) => asks.values.flatMap((value): AskedName[] => {
    const found = asks.languageOf(value);
    return found ? [{ value, language: found }] : [];
  }));
  const all = oneOfEach([...served, ...asked], one => JSON.stringify(one));
  const classes = classesOf(all.map(one => one.language), SERVER_NAME, all.map(({ value }) => value.replace('*', 'x')));
  return [{ sni: '', said: 'none' }, ...classes.map(({ accepted, texts: [sni] }) => ({ sni, said: namedBy(unique(accepted.map(index => all[index].value)), sni) }))];
}

interface AskedName {
  readonly value: string;
  readonly language: Language;
}

function namedBy(values: readonly string[], sni: string): string {
  if (values.includes(sni)) return sni;
  return values.filter(value => value !== '*').join(' and ') || 'any other';
}
