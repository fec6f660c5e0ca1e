import { MeshSettings } from 'cdk8s-zero-trust';
import { resolveMesh } from '../../../src/policy/request/mesh-settings';
import { owners } from '../../../src/policy/topology/revision';

const REV = 'istio.io/rev';

describe('18.13 which control plane a Gateway belongs to', () => {
  test.each<[string, MeshSettings, Record<string, string>, Record<string, string>, string[]]>([
    ['the default', { revisions: ['default', 'canary'] }, {}, {}, ['default']],
    ['that of its label', { revisions: ['default', 'canary'] }, { [REV]: 'canary' }, {}, ['canary']],
    ['that of its namespace', { revisions: ['default', 'canary'] }, {}, { [REV]: 'canary' }, ['canary']],
    ['its label before its namespace', { revisions: ['default', 'canary'] }, { [REV]: 'default' }, { [REV]: 'canary' }, ['default']],
    ['that of a tag', { revisions: ['default', 'canary'], revisionTags: { prod: 'canary' } }, { [REV]: 'prod' }, {}, ['canary']],
    ['none, by the name of nothing', { revisions: ['default'] }, { [REV]: 'nosuch' }, {}, []],
    ['that of the default tag', { revisions: ['canary'], revisionTags: { default: 'canary' } }, {}, {}, ['canary']],
    ['two, where a tag stands beside the default', { revisions: ['default', 'canary'], revisionTags: { default: 'canary' } }, {}, {}, ['default', 'canary']],
    ['that of the default revision', { revisions: ['canary', 'stable'], defaultRevision: 'stable' }, {}, {}, ['stable']],
    ['that of the default tag before the default revision', { revisions: ['canary', 'stable'], defaultRevision: 'stable', revisionTags: { default: 'canary' } }, {}, {}, ['canary']],
    ['none, where none is the default', { revisions: ['canary', 'stable'] }, {}, {}, []],
    ['what its label names, where others may be installed', {}, { [REV]: 'stable' }, {}, ['stable']],
    ['the only known one, where others may be installed', { revisions: ['canary'], otherRevisions: true }, {}, {}, ['canary']],
    ['none of several, where others may be installed', { revisions: ['canary', 'stable'], otherRevisions: true }, {}, {}, []],
    ['none, where none is installed', { revisions: [] }, {}, {}, []],
  ])('%s', (_, settings, labels, namespaceLabels, expected) => {
    expect(owners(resolveMesh(settings), labels, namespaceLabels)).toEqual(expected);
  });
});
