import { DestinationRule, HostRules, TrafficPolicy } from './destination-rule';

/** What a DestinationRule says of the TLS that clients send. */
export type ClientTls = NonNullable<TrafficPolicy['tls']>;

type Part = Pick<TrafficPolicy, 'tls' | 'loadBalancer' | 'portLevelSettings'>;

/** The TLS of a cluster: what the port says replaces what holds for all, even where it says nothing; a subset is laid over it in the same way. */
export function clusterTls({ rule, subsets }: HostRules, port: number, subset?: string): ClientTls | undefined {
  const { tls } = atPort(rule?.spec.trafficPolicy ?? {}, port);
  const own = subset === undefined ? undefined : subsets.find(({ name }) => name === subset)?.trafficPolicy;
  if (!own) return tls;
  const ofSubset = atPort(own, port);
  return ofSubset.isOfPort ? ofSubset.tls : ofSubset.tls ?? tls;
}

/** The mode by which endpoints are marked: a port without TLS leaves that of the whole rule, unlike for the cluster. */
export function endpointMode({ rule, subsets }: HostRules, port: number, subset?: string): string | undefined {
  const own = subset === undefined ? undefined : subsets.find(({ name }) => name === subset)?.trafficPolicy;
  return modeAt(own, port) ?? modeAt(rule?.spec.trafficPolicy, port);
}

/** Whether a rule has clients call the address that they were given, and no other. */
export function goesAsCalled({ rule, subsets }: HostRules, port: number, subset?: string): boolean {
  const own = subset === undefined ? undefined : subsets.find(({ name }) => name === subset)?.trafficPolicy;
  const { loadBalancer, isOfPort } = atPort(own ?? {}, port);
  const ofAll = own && isOfPort ? undefined : atPort(rule?.spec.trafficPolicy ?? {}, port).loadBalancer;
  return (loadBalancer ?? ofAll)?.simple === 'PASSTHROUGH';
}

/** What a rule has clients send before the connection itself. No port has a setting of its own for it. */
export function prefaceOf({ rule, subsets }: HostRules, subset?: string): string | undefined {
  const [own, all] = [subsets.find(({ name }) => name === subset)?.trafficPolicy, rule?.spec.trafficPolicy];
  if (own?.tunnel ?? all?.tunnel) return 'ask for a tunnel';
  return own?.proxyProtocol ?? all?.proxyProtocol ? 'send a PROXY header' : undefined;
}

function atPort({ tls, loadBalancer, portLevelSettings = [] }: Part, port: number): Pick<Part, 'tls' | 'loadBalancer'> & { readonly isOfPort: boolean } {
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
