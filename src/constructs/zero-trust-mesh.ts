import { Construct, IConstruct } from 'constructs';
import { meshConfigGiven, outputGiven } from './given-mesh-config';
import { PublicGateway } from './public-gateway';
import { MESH_PROPS, ZeroTrustMeshProps } from './zero-trust-mesh-props';
import { AccessGate } from '../analysis/access-gate';
import { calendarDay } from '../intent/expiry';
import { MergedMeshConfig, mergedMeshConfig } from '../intent/merged-mesh-config';
import { DataPlane, DEFAULT_MESH, MeshFacts } from '../intent/mesh';
import { MeshConfigOutput, reasonsIn } from '../intent/mesh-config';
import { networksGiven } from '../intent/network-policies';
import { trustDomainName } from '../intent/trust-domain';
import { isKnownTo, knownVersion, OLDEST_VERSION } from '../istio/versions';
import { stateMeshSettings } from '../policy/resources/construct-tree';
import { helmValuesOf } from '../render/mesh-config';
import { gatewayRole } from '../render/public-gateway';
import { instancesOf, listOf, namespaceName, oneOf } from '../util/given';
import { taken } from '../util/members';
import { listed, quoted } from '../util/text';
import { declare, MeshDeclaration } from './private/index/declarations';
import { contributorsIn } from './private/index/mesh-contributions';
import { LateCheck } from './private/index/statement';
import { World } from './private/index/world';
import { isBeingRead } from './private/reading/being-read';
import { checkMesh, checkProtocols, partOf } from './private/statements/clusters';
import { checkPublicGateways } from './private/statements/coverage';
import { checkMeshConfig } from './private/statements/mesh-config-checks';
import { contributeToMesh } from './private/statements/mesh-contribution';
import { namedInErrors } from './private/statements/named-in-errors';
import { checkIstioNamespace } from './private/statements/namespace-names';
import { peerAuthenticationName } from './private/statements/namespace-objects';
import { state } from './private/statements/state';
import { ObjectRole } from './private/statements/stated-object';
import { checkLate } from './private/statements/validation';
import { meshSettings } from './private/witnesses/mesh-settings';

/**
 * What holds in the whole mesh: who its identities are, STRICT mutual TLS, and where wanted a default deny.
 *
 * Renders a PeerAuthentication in the root namespace; with `defaultDeny` also an AuthorizationPolicy without rules there, its twin for waypoints
 * (class `istio-waypoint`, with an `istioVersion` of at least 1.25), and for each public gateway one that admits everyone to its ports. At most one per cluster, which is
 * the app unless `appliesTo` says which part of it is one; where no ZeroTrustMesh is, the defaults of its props hold. With `settings` also the
 * settings of the mesh, as an IstioOperator in a file of its own, or as the ConfigMap of istiod.
 *
 * @see https://istio.io/latest/docs/concepts/security/
 * @example
 * new ZeroTrustMesh(this, 'mesh', { trustDomain: 'prod.example.com', istioVersion: '1.29' });
 */
@namedInErrors
export class ZeroTrustMesh extends Construct {
  /** @internal */
  public readonly _facts: MeshFacts;

  /**
   * Whether it is made STRICT here, and not elsewhere.
   *
   * @internal
   */
  public readonly _isStrict: boolean;

  private readonly text: string;
  private readonly appliesTo: IConstruct;
  private readonly output?: MeshConfigOutput;
  /** The values that were asked for while the app was not complete, each as text. */
  private readonly handedOut = new Set<string>();
  /** The app as it was checked last. */
  private checked?: World;

  public constructor(scope: Construct, id: string, props: ZeroTrustMeshProps = {}) {
    super(scope, id);
    props = taken('ZeroTrustMesh', MESH_PROPS, props);
    const mesh = this._facts = meshOf(props);
    const appliesTo = this.appliesTo = partOf(this, props.appliesTo);
    const config = meshConfigGiven(props);
    const output = this.output = outputGiven(props.settings);
    this.text = textOf(mesh, props.defaultDeny ?? false, props.exists ?? false);
    const gateways = gatewaysOf(props.publicGateways ?? []).map(gateway => gateway._data);
    if (gateways.length > 0 && !props.defaultDeny) {
      throw new Error('publicGateways must come with defaultDeny: true, without which every gateway is open anyway; leave them out, or deny by default');
    }
    if (props.defaultDeny && mesh.dataPlane === DataPlane.AMBIENT && mesh.istioVersion === undefined) {
      throw new Error("istioVersion must be given with defaultDeny in ambient, got 'undefined'; waypoints are denied by their class since Istio 1.25, and before each by its ZeroTrustNamespace");
    }
    this._isStrict = !props.exists;
    const asOf = props.asOf === undefined ? undefined : calendarDay('asOf', props.asOf);
    const deniesByDefault = !props.exists && props.defaultDeny === true;
    const declaration: MeshDeclaration = { kind: 'mesh', path: this.node.path, appliesTo, mesh, isStrict: this._isStrict, deniesByDefault, gateways, asOf, output, gates: gatesOf(props.gates), networks: networksGiven(props.networkPolicies) };
    declare(this, declaration);
    contributeToMesh(this, config);
    stateMeshSettings(this, () => meshSettings(mesh, this.merged().config, output !== undefined), appliesTo);
    const checkCluster = (world: World) => [...checkMesh(declaration, world), ...CHECKS.flatMap(check => check(world))];
    if (props.exists) {
      this.onlyDeclare(props, checkCluster);
      return;
    }
    state(this, {
      read: world => ({ kind: 'mesh', mesh, gateways, deniesByDefault: props.defaultDeny === true, config: world.mergedMeshConfig.config, output }),
      check: world => [
        ...checkCluster(world),
        ...this.checkHandedOut(world),
        ...checkPublicGateways(gateways, world),
        ...(props.defaultDeny && !props.publicGateways ? askForGateways(world) : []),
      ],
    }, { metadata: props.metadata }, [
      { role: 'mtls', id: 'mtls', kind: 'PeerAuthentication', namespace: mesh.rootNamespace, name: peerAuthenticationName(props) },
      ...(props.defaultDeny ? defaultDenyObjects(mesh, props.publicGateways ?? []) : []),
      ...(output ? settingsObjects(mesh, output, () => reasonsIn(this.merged().config)) : []),
    ]);
  }

  /**
   * The settings of the mesh as values for Helm's chart `istiod`: `{ meshConfig: … }`, with a MeshCertificateAuthority also `pilot` and `global`, for `values` of cdk8s' Helm, a HelmRelease of Flux, an Application of Argo CD, or a file for
   * `helm -f`. They hold what is in the app by now: where constructs that add to them come later, ask for them later, as in `Lazy.any({ produce: () => mesh.helmValues() })`; values
   * that lack something are refused when the app is synthesized.
   *
   * @throws without `settings: MeshSettingsOutput.helmValues()`, and where constructs of the app contradict each other
   */
  public helmValues(): { [key: string]: any } {
    if (this.output?.kind !== 'helmValues') {
      throw new Error(`helmValues() must come with settings: MeshSettingsOutput.helmValues(), got ${this.output === undefined ? 'none' : quoted(this.output.kind)}; `
        + 'state at the ZeroTrustMesh where its settings go, which is one place');
    }
    const { config, contradictions } = this.merged();
    if (contradictions.length > 0) { throw new Error(`[${this.node.path}] ${contradictions.join('; ')}`); }
    const values = helmValuesOf(this._facts, config);
    if (!isBeingRead(this) && !this.checked?.tree.isCurrent()) { this.handedOut.add(JSON.stringify(values)); }
    return values;
  }

  /** What is stated by now, also where the index of the app is not up to date. */
  private merged(): MergedMeshConfig { return mergedMeshConfig(contributorsIn(this.appliesTo)); }

  /** Whoever asked too early would install less than the app needs. */
  private checkHandedOut(world: World): string[] {
    this.checked = world;
    const { mergedMeshConfig: { config } } = world;
    const whole = JSON.stringify(helmValuesOf(this._facts, config));
    return [...this.handedOut].every(values => values === whole) ? [] : ['helmValues() must be asked for when all that adds to the settings is there, got values that lack what came later; '
      + 'ask for them below it, or when the app is synthesized: Lazy.any({ produce: () => mesh.helmValues() })'];
  }

  /** Where nothing is rendered, nothing is promised either. */
  private onlyDeclare({ defaultDeny, settings, metadata, peerAuthenticationName: name }: ZeroTrustMeshProps, check: LateCheck): void {
    const rendered = { defaultDeny, settings, metadata, peerAuthenticationName: name };
    const [beside] = Object.entries(rendered).flatMap(([prop, value]) => value ? [prop] : []);
    if (beside !== undefined) { throw new Error(`exists must not come with '${beside}', which is for what is rendered; leave one of them out`); }
    checkLate(this, check);
  }

  /** What holds in the mesh, as text for tables and messages: `prod.example.com: Istio 1.29, sidecar, STRICT mutual TLS, default deny`. */
  public describeZeroTrustMesh(): string { return this.text; }
}

function textOf({ trustDomain, istioVersion, dataPlane }: MeshFacts, deniesByDefault: boolean, exists: boolean): string {
  const policies = exists ? 'policies from elsewhere' : `STRICT mutual TLS${deniesByDefault ? ', default deny' : ''}`;
  return `${trustDomain}: Istio ${istioVersion ?? `${OLDEST_VERSION} or newer`}, ${dataPlane}, ${policies}`;
}

/** An empty list says that the mesh has none. */
function gatewaysOf(given: readonly PublicGateway[]): readonly PublicGateway[] {
  if (Array.isArray(given) && given.length === 0) { return []; }
  return instancesOf('publicGateways', given, PublicGateway, 'name each by PublicGateway.classic or PublicGateway.gatewayApi');
}

function gatesOf(given: readonly AccessGate[] | undefined): readonly AccessGate[] {
  return given === undefined ? [] : instancesOf('gates', given, AccessGate, 'make each by AccessGate, or leave them out');
}

const CHECKS: readonly ((world: World) => string[])[] = [checkIstioNamespace, checkProtocols, checkMeshConfig];

function meshOf(props: ZeroTrustMeshProps): MeshFacts {
  const rootNamespace = namespaceName('rootNamespace', props.rootNamespace ?? DEFAULT_MESH.rootNamespace);
  return {
    trustDomain: trustDomainName('trustDomain', props.trustDomain ?? DEFAULT_MESH.trustDomain),
    trustDomainAliases: listOf('trustDomainAliases', props.trustDomainAliases ?? []).map((alias, i) => trustDomainName(`trustDomainAliases[${i}]`, alias)),
    rootNamespace,
    istioNamespace: namespaceName('istioNamespace', props.istioNamespace ?? rootNamespace),
    dataPlane: oneOf('dataPlane', props.dataPlane ?? DEFAULT_MESH.dataPlane, Object.values(DataPlane)),
    istioVersion: props.istioVersion === undefined ? undefined : knownVersion('istioVersion', props.istioVersion),
  };
}

/** An IstioOperator is for istioctl, and in a file of its own, as no cluster takes it. */
function settingsObjects({ istioNamespace: namespace }: MeshFacts, output: MeshConfigOutput, lateReasons: () => readonly string[]): ObjectRole[] {
  switch (output.kind) {
    case 'helmValues': return [];
    case 'istioOperator': return [{ role: 'settings', chart: 'settings', id: 'Resource', kind: 'IstioOperator', namespace, lateReasons }];
    case 'configMap': {
      const name = output.revision === undefined ? 'istio' : `istio-${output.revision}`;
      return [{ role: 'settings', id: 'settings', kind: 'ConfigMap', namespace, name, lateReasons }];
    }
  }
}

/** Waypoints can be named by their class since 1.25; before, each needs a default deny of its own, as a ZeroTrustNamespace gives it. */
function defaultDenyObjects(mesh: MeshFacts, gateways: readonly PublicGateway[]): ObjectRole[] {
  const namespace = mesh.rootNamespace;
  return [
    { role: 'deny-all', id: 'deny-all', kind: 'AuthorizationPolicy', namespace, position: 'last' },
    ...(isKnownTo(mesh.istioVersion, '1.25')
      ? [{ role: 'waypoint-deny-all', id: 'waypoint-deny-all', kind: 'AuthorizationPolicy' as const, namespace, position: 'last' as const }] : []),
    ...gateways.map(({ _data, _reason }, index): ObjectRole =>
      ({ role: gatewayRole(index), id: gatewayRole(index), kind: 'AuthorizationPolicy', namespace: _data.namespace, reasons: [_reason] })),
  ];
}

/** A mesh-wide default deny closes the gateways first of all: nobody must find that out in production. */
function askForGateways(world: World): string[] {
  const found = world.gatewaysWithoutIngress();
  if (found.length === 0 && world.declarations.ingresses.some(({ leadsOut }) => !leadsOut)) { return []; }
  const those = found.length === 0 ? 'this app shows none' : `this app shows ${listed(found)}`;
  return [`publicGateways must be given with defaultDeny, which closes every gateway it does not name; ${those}: `
    + 'name each by PublicGateway.classic or PublicGateway.gatewayApi, or write [] if the mesh has none'];
}
