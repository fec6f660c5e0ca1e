import { DestinationRule, HostRules, Subset, TrafficPolicy } from './destination-rule';

/** What a DestinationRule says of the TLS that clients send. */
export type ClientTls = NonNullable<TrafficPolicy['tls']>;

type Setting = Pick<TrafficPolicy, 'tls' | 'loadBalancer'>;
type Part = Setting & Pick<TrafficPolicy, 'portLevelSettings'>;

/** The TLS of a cluster. */
export function clusterTls(rules: HostRules, port: number, subset?: string): ClientTls | undefined { return ofCluster(rules, port, subset).tls; }

/** The mode by which endpoints are marked: a port without TLS leaves that of the whole rule, unlike for the cluster. */
export function endpointMode({ rule, subsets }: HostRules, port: number, subset?: string): string | undefined {
  const own = ofSubset(subsets, subset);
  return modeAt(own, port) ?? modeAt(rule?.spec.trafficPolicy, port);
}

/** Whether a rule has clients call the address that they were given, and no other. */
export function goesAsCalled(rules: HostRules, port: number, subset?: string): boolean {
  return ofCluster(rules, port, subset).loadBalancer?.simple === 'PASSTHROUGH';
}

/** What a rule has clients send before the connection itself. No port has a setting of its own for it. */
export function prefaceOf({ rule, subsets }: HostRules, subset?: string): string | undefined {
  const [own, all] = [ofSubset(subsets, subset), rule?.spec.trafficPolicy];
  if (own?.tunnel ?? all?.tunnel) return 'ask for a tunnel';
  return own?.proxyProtocol ?? all?.proxyProtocol ? 'send a PROXY header' : undefined;
}

/** The policy of its own that a subset has. */
function ofSubset(subsets: readonly Subset[], subset: string | undefined): TrafficPolicy | undefined {
  return subset === undefined ? undefined : subsets.find(({ name }) => name === subset)?.trafficPolicy;
}

/** What the port says replaces what holds for all, even where it says nothing; a subset is laid over it in the same way. */
function ofCluster({ rule, subsets }: HostRules, port: number, subset: string | undefined): Setting {
  const all = atPort(rule?.spec.trafficPolicy ?? {}, port);
  const own = atPort(ofSubset(subsets, subset) ?? {}, port);
  return own.isOfPort ? own : { tls: own.tls ?? all.tls, loadBalancer: own.loadBalancer ?? all.loadBalancer };
}

function atPort({ tls, loadBalancer, portLevelSettings = [] }: Part, port: number): Setting & { readonly isOfPort: boolean } {
  const ofPort = portLevelSettings.find(setting => setting.port?.number === port);
  return ofPort ? { tls: ofPort.tls, loadBalancer: ofPort.loadBalancer, isOfPort: true } : { tls, loadBalancer, isOfPort: false };
}

function modeAt({ tls, portLevelSettings = [] }: Part = {}, port: number): string | undefined {
  const stated = portLevelSettings.find(setting => setting.port?.number === port && setting.tls)?.tls ?? tls;
  return stated && modeOfTls(stated);
}

/** TLS without a mode is none. */
export function modeOfTls({ mode = 'DISABLE' }: ClientTls): string { return mode; }

/** Whether TLS of a rule has no certificate to send or no secret to find, so that nothing is encrypted. */
export function isVoid({ mode, credentialName = '', clientCertificate = '', privateKey = '' }: ClientTls, rule: DestinationRule | undefined, isGateway: boolean): boolean {
  if (mode !== 'SIMPLE' && mode !== 'MUTUAL') return false;
  const isSecret = credentialName !== '' && !credentialName.startsWith('configmap://');
  if (isSecret && !isGateway && !rule?.spec.workloadSelector) return true;
  return mode === 'MUTUAL' && credentialName === '' && (clientCertificate === '' || privateKey === '');
}
