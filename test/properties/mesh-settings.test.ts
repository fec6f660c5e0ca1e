import { Chart, Duration } from 'cdk8s';
import {
  ExtensionProvider, MeshSettings, MeshSettingsOutput, OutboundTrafficPolicy, PathNormalization, TlsVersion, ZeroTrustMesh, ZeroTrustMeshProps,
} from 'cdk8s-zero-trust';
import { Arbitrary, constantFrom, integer, oneof, property, record, subarray, uniqueArray } from 'fast-check';
import { readDocuments } from '../../src/istio/documents';
import { resolveMesh } from '../../src/policy/request/mesh-settings';
import { meshSettingsOf } from '../../src/policy/resources/construct-tree';
import { Inventory } from '../../src/policy/resources/inventory';
import { takeManifests } from '../../src/policy/resources/manifest-reader';
import { meshSettingsIn } from '../../src/policy/resources/mesh-config';
import { testApp } from '../support/app';
import { EAST, WEST } from '../support/certificates';
import { expectLaw } from '../support/law';
import { unknownFields } from '../support/mesh-config-fields';
import { manifests, problemsOf } from '../support/shop';

const REASON = { reason: 'the shop must go on' };
const HOST = 'opa.authz.svc.cluster.local';

const authorizer = record({
  name: constantFrom('opa', 'other', 'x-1'),
  service: constantFrom(HOST, `authz/${HOST}`),
  port: integer({ min: 1, max: 65535 }),
  timeout: integer({ min: 1, max: 60_000 }).map(millis => Duration.millis(millis)),
  failOpen: constantFrom(REASON),
  statusOnError: constantFrom(403, 503),
}, { requiredKeys: ['name', 'service', 'port'] });

const http = record({
  options: authorizer,
  further: record({
    pathPrefix: constantFrom('/check'),
    includeRequestHeadersInCheck: constantFrom<string[]>(['cookie'], ['x-*']),
    headersToUpstreamOnAllow: constantFrom<string[]>(['x-user'], ['x-auth-*', 'x-user']),
    headersToDownstreamOnDeny: constantFrom<string[]>(['set-cookie']),
  }, { requiredKeys: [] }),
}).map(({ options, further }) => ExtensionProvider.extAuthzHttp({ ...options, ...further }));

const log = record({ name: constantFrom('log', 'json'), path: constantFrom('/dev/stderr'), labels: constantFrom({ status: '%RESPONSE_CODE%', kind: 'access' }) }, { requiredKeys: ['name'] })
  .map(options => ExtensionProvider.accessLog(options));

const provider: Arbitrary<ExtensionProvider> = oneof(authorizer.map(options => ExtensionProvider.extAuthzGrpc(options)), http, log);

/** What a mesh may be set to. */
const settings: Arbitrary<ZeroTrustMeshProps> = record({
  trustDomain: constantFrom('prod.example.com'),
  trustDomainAliases: constantFrom<string[]>([], ['old.example.com']),
  rootNamespace: constantFrom('istio-config'),
  istioVersion: constantFrom('1.24', '1.30'),
  pathNormalization: constantFrom(PathNormalization.BASE, PathNormalization.MERGE_SLASHES, PathNormalization.DECODE_AND_MERGE_SLASHES),
  outboundTrafficPolicy: constantFrom(...Object.values(OutboundTrafficPolicy)),
  numTrustedProxies: integer({ min: 0, max: 3 }),
  minProtocolVersion: constantFrom(...Object.values(TlsVersion)),
  caCertificates: subarray([{ pem: EAST, trustDomains: ['east.example.com'] }, { pem: WEST, trustDomains: ['west.example.com', 'far.example.com'] }]),
  extensionProviders: uniqueArray(provider, { maxLength: 4, selector: one => one._data.name }),
}, { requiredKeys: [] });

type Output = 'helmValues' | 'istioOperator' | 'configMap';

/** A document that holds settings, with the MeshConfig in it and what the app goes by. */
function written(props: ZeroTrustMeshProps, output: Output): { document: object; meshConfig: object; ours: MeshSettings } {
  const app = testApp();
  const mesh = new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', { ...props, settings: MeshSettingsOutput[output]() });
  if (problemsOf(app).length > 0) { throw new Error(problemsOf(app).join('\n')); }
  const ours = meshSettingsOf(app);
  if (output === 'helmValues') { return { document: mesh.helmValues(), meshConfig: mesh.helmValues().meshConfig as object, ours }; }
  const document = manifests(app).find(({ kind }) => kind.toLowerCase() === output.toLowerCase()) as { spec?: { meshConfig: object }; data?: { mesh: string } };
  return { document, meshConfig: document.spec?.meshConfig ?? readDocuments(document.data!.mesh).objects[0].object, ours };
}

describe.each<Output>(['helmValues', 'istioOperator', 'configMap'])('The settings of a mesh as %s', output => {
  test('are read by the evaluator as what the app goes by, without a doubt', () => {
    expectLaw(property(settings, props => {
      const { document, ours } = written(props, output);
      const inventory = new Inventory(takeManifests([document]));
      const { istioVersion, defaultProxy } = ours;
      // which istiod it is, and what environment that has, are no settings of the mesh
      const read = { ...meshSettingsIn(inventory, { istioVersion, defaultProxy }), revisions: undefined, otherRevisions: undefined, istiodEnvironment: undefined };
      const [one, other] = [read, ours].map(mesh => JSON.stringify(resolveMesh(mesh)));
      if (one !== other || inventory.problems.length > 0) { throw new Error(`${one}\n${other}\n${JSON.stringify(inventory.problems)}`); }
    }), 60);
  });

  test('have keys of a MeshConfig only', () => {
    expectLaw(property(settings, props => {
      const unknown = unknownFields(written(props, output).meshConfig);
      if (unknown.length > 0) { throw new Error(unknown.join()); }
    }), 60);
  });
});
