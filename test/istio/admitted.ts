import { admit, isAccepted } from '../../src/istio/admission';
import { Admission, ProblemLayer } from '../../src/istio/problem';

/** An admission of a resource in the shortest form. */
export function admitSpec(kind: string, spec: unknown, metadata: object = {}): Admission {
  return admit({ apiVersion: 'security.istio.io/v1', kind, metadata: { name: 'a', namespace: 'foo', ...metadata }, ...(spec === undefined ? {} : { spec }) });
}

/** Layers that refuse it, in alphabetical order. */
export function refusing(kind: string, spec: unknown, metadata: object = {}): ProblemLayer[] {
  return [...new Set(admitSpec(kind, spec, metadata).problems.map(({ layer }) => layer))].sort();
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
