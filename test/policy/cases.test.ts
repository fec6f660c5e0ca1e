import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AccessRequest, PolicySet } from 'cdk8s-zero-trust';

/** What people reported or asked about Istio in public, made small: manifests, a request, and what the real thing answers. */
interface FieldCase {
  readonly topic: string;
  /** The file of the manifests. */
  readonly world: string;
  readonly request: AccessRequest;
  readonly expect: { readonly decision: string; readonly httpStatus?: number };
  readonly why: string;
}

const CASES = join(__dirname, 'cases');
const FILES = readdirSync(CASES).filter(file => file.endsWith('.json'));

describe('a case from the field', () => {
  test.each(FILES.map(file => {
    const { topic, ...found } = JSON.parse(readFileSync(join(CASES, file), 'utf8')) as FieldCase;
    return [file.replace('.json', ''), topic, found] as const;
  }))('%s is answered as Istio does: %s', (_, __, { world, request, expect: expected }) => {
    const response = PolicySet.fromYaml(readFileSync(join(CASES, world), 'utf8')).isAuthorized(request);

    expect(response).toMatchObject(expected);
  });
});
