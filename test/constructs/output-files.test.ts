import { App, YamlOutputType } from 'cdk8s';
import { AuthorizationPolicy, ZeroTrustNamespace } from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, problemsOf } from '../support/shop';

/** An app that writes its objects so. */
function appOf(yamlOutputType: YamlOutputType): App {
  return new App({ outdir: testApp().outdir, yamlOutputType });
}

describe('Objects that cdk8s would write over one another', () => {
  const told = (type: string, file: string, first: string, other: string) => `[${first}] yamlOutputType of the App must give each object a file, got '${type}', by which '${file}' would be written several times, and the last is left; `
    + `choose YamlOutputType.FILE_PER_CHART, or name the objects apart by metadata.name (also at 1 more: '${other}')`;

  test.each<[string, YamlOutputType, string[]]>([
    ['to a file for each', YamlOutputType.FILE_PER_RESOURCE, [told('FILE_PER_RESOURCE', 'PeerAuthentication.default', 'a/baseline/mtls', 'b/baseline/mtls')]],
    ['to a folder of their chart', YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE, []],
    ['to a file for each chart', YamlOutputType.FILE_PER_CHART, []],
    ['to one file', YamlOutputType.FILE_PER_APP, []],
  ])('are refused, of several charts: %s', (_, type, expected) => {
    const app = appOf(type);
    for (const name of ['a', 'b']) { new ZeroTrustNamespace(chartOf(app, name), 'baseline'); }

    expect(problemsOf(app)).toEqual(expected);
  });

  test('are refused in the folder of a chart, of a name in two namespaces', () => {
    const app = appOf(YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE);
    const chart = chartOf(app, 'a');
    for (const namespace of ['a', 'b']) { new AuthorizationPolicy(chart, namespace, { metadata: { name: 'deny', namespace }, rules: [{ from: [{ source: { namespaces: ['x'] } }] }] }); }

    expect(problemsOf(app)).toEqual([told('FOLDER_PER_CHART_FILE_PER_RESOURCE', 'AuthorizationPolicy.deny', 'a/a/Resource', 'a/b/Resource')]);
  });
});
