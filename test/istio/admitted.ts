import { admit, isAccepted } from '../../src/istio/admission';
import { Admission, Problem, ProblemLayer } from '../../src/istio/problem';
import { KindName, kindNamed } from '../../src/istio/resource-kinds';

/** An admission of a resource in the shortest form. */
export function admitSpec(kind: string, spec: unknown, metadata: object = {}): Admission {
  const { group, versions: [version], kind: written } = kindNamed(kind as KindName);
  return admit({ apiVersion: `${group}/${version}`, kind: written, metadata: { name: 'a', namespace: 'foo', ...metadata }, ...(spec === undefined ? {} : { spec }) });
}

/** Layers that refuse it, in alphabetical order. */
export function refusing(kind: string, spec: unknown, metadata: object = {}): ProblemLayer[] {
  return [...new Set(admitSpec(kind, spec, metadata).problems.map(({ layer }) => layer))].sort();
}

/** All that is said of it, a line each, errors first: `webhook spec.host: must …`. */
export function said(kind: string, spec: unknown, metadata: object = {}): string[] {
  const { problems, warnings } = admitSpec(kind, spec, metadata);
  const line = (prefix: string) => ({ layer, field, message }: Problem): string => `${prefix}${layer} ${field}: ${message}`;
  return [...problems.map(line('')), ...warnings.map(line('warning of '))];
}

/** An AuthorizationPolicy with one source, operation or condition. */
export const policy = {
  source: (source: object): object => ({ rules: [{ from: [{ source }] }] }),
  operation: (operation: object): object => ({ rules: [{ to: [{ operation }] }] }),
  when: (key: string, ...values: unknown[]): object => ({ rules: [{ when: [{ key, values }] }] }),
};

/** A RequestAuthentication with one rule. */
export function jwt(rule: object): object {
  return { jwtRules: [{ issuer: 'https://issuer.example.com', ...rule }] };
}

export { isAccepted };
