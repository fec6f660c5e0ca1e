import { AccessMap, PolicySet } from 'cdk8s-zero-trust';
import { sample } from 'fast-check';
import { apps, build } from './apps';
import { analyzedWorld, recordedDecisions } from '../../conformance/analysis/worlds';

/** So many of the recorded worlds are left out after each that is looked at; `conformance:analysis` has no such gaps. */
const EVERY = 90;

test('a map of recorded worlds says of every destination who may reach it', () => {
  const worlds = recordedDecisions().filter((_, index) => index % EVERY === 0).map(analyzedWorld);
  const maps = worlds.map(({ id, objects, settings }) => ({ id, map: AccessMap.of(PolicySet.fromManifests([...objects], settings)) }));

  expect(maps.length).toBeGreaterThan(50);
  expect(maps.flatMap(({ id, map: { undecided } }) => undecided.map(one => ({ id, ...one })))).toEqual([]);
  expect(maps.reduce((sum, { map: { rows } }) => sum + rows.length, 0)).toBeGreaterThan(200);
});

test('a map of generated apps does the same', () => {
  const maps = sample(apps, { seed: 7, numRuns: 40 }).map(recipe => AccessMap.of(PolicySet.fromApp(build(recipe))));

  expect(maps.flatMap(({ undecided }) => undecided)).toEqual([]);
  expect(maps.reduce((sum, { rows }) => sum + rows.length, 0)).toBeGreaterThan(100);
});
