import { AccessRequest, PolicySet } from 'cdk8s-zero-trust';
import { Engine } from './engine';
import { BenchRequest, BenchRule, WORKLOADS } from './rules';

const NAMESPACE = 'shop';

/** Our evaluator, answering only whether, or also by which policies. */
export function ours(policies: PolicySet, requests: readonly BenchRequest[]): Engine {
  return { name: 'ours', questions: requests.map(accessRequest).map(request => () => policies.isAuthorized(request).isAllowed) };
}

export function oursWithReasons(policies: PolicySet, requests: readonly BenchRequest[]): Engine {
  const ask = (request: AccessRequest) => {
    const response = policies.isAuthorized(request);
    return response.isAllowed && response.determiningPolicies.length > 0;
  };
  return { name: 'ours, naming the policies', questions: requests.map(accessRequest).map(request => () => ask(request)) };
}

/** The rules as manifests, an AuthorizationPolicy each, and the mesh they hold in; `elsewhere` is how many times the same again in other namespaces, with routes. */
export function policySet(rules: readonly BenchRule[], elsewhere = 0): PolicySet {
  const others = Array.from({ length: elsewhere * 20 }, (_, i) => {
    const first = (i % 20) * 50;
    return [...namespaceObjects(`other-${i}`, rules.slice(first, first + 50)), ...WORKLOADS.flatMap(name => traffic(`other-${i}`, name))];
  });
  const strict = { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name: 'default', namespace: 'istio-system' }, spec: { mtls: { mode: 'STRICT' } } };
  const policies = PolicySet.fromManifests([strict, ...namespaceObjects(NAMESPACE, rules), ...others.flat()]);
  if (policies.problems.length > 0) throw new Error(`there must be no problems, got ${JSON.stringify(policies.problems[0])}`);
  return policies;
}

export function accessRequest({ to, caller, method, path }: BenchRequest): AccessRequest {
  return {
    destination: { namespace: NAMESPACE, service: to, port: 80 },
    source: { serviceAccount: `${NAMESPACE}/${caller}` },
    http: { method, path },
  };
}

function namespaceObjects(namespace: string, rules: readonly BenchRule[]): object[] {
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: { 'istio-injection': 'enabled' } } },
    ...WORKLOADS.flatMap(name => workloadObjects(namespace, name)),
    ...rules.map((rule, i) => authorizationPolicy(namespace, `rule-${i}`, rule)),
  ];
}

function workloadObjects(namespace: string, name: string): object[] {
  const labels = { app: name };
  const podSpec = { serviceAccountName: name, containers: [{ name, image: name, ports: [{ containerPort: 8080 }] }] };
  return [
    { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 8080 }] } },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace }, spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec } } },
  ];
}

/** What else an object of the mesh may say of where requests go. */
function traffic(namespace: string, name: string): object[] {
  const networking = (kind: string, spec: object) => ({ apiVersion: 'networking.istio.io/v1', kind, metadata: { name, namespace }, spec });
  return [
    networking('VirtualService', { hosts: [name], http: [{ route: [{ destination: { host: name } }] }] }),
    networking('DestinationRule', { host: name, trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } } }),
    networking('ServiceEntry', { hosts: [`${name}.${namespace}.example.com`], ports: [{ number: 443, name: 'tls', protocol: 'TLS' }], resolution: 'DNS' }),
    { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name, namespace }, spec: { selector: { matchLabels: { app: name } }, mtls: { mode: 'STRICT' } } },
  ];
}

function authorizationPolicy(namespace: string, name: string, { effect, to, callers, methods, paths }: BenchRule): object {
  const principals = callers.map(caller => `cluster.local/ns/${NAMESPACE}/sa/${caller}`);
  const rules = [{ from: [{ source: { principals } }], to: [{ operation: { methods, paths } }] }];
  return { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name, namespace }, spec: { selector: { matchLabels: { app: to } }, action: effect, rules } };
}
