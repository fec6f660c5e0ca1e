import { analyzer } from './analyzer';
import { authorize } from './authorize';
import { compare } from './compare';
import { patterns } from './patterns';
import { read } from './read';
import { synth } from './synth';

/** Benches by name; without a name all of them run. */
const BENCHES: { readonly [name: string]: () => void } = { analyzer, authorize, compare, patterns, read, synth };

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(BENCHES);
for (const name of names) {
  const bench = BENCHES[name];
  if (!bench) { throw new Error(`bench must be one of ${Object.keys(BENCHES).join(', ')}, got '${name}'`); }
  bench();
}
