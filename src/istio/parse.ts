import { admit, isSecurityResource } from './admission';
import { LocatedProblem, readDocuments } from './documents';
import { AuthorizationPolicyManifest, Location, PeerAuthenticationManifest, RequestAuthenticationManifest, SECURITY_GROUP } from './manifest';
import { Admission, Problem } from './problem';

/** One resource as written, with where it stood and what Istio would say of it: its types are only right where that is nothing. */
export interface ParsedResource {
  readonly location: Location;
  readonly manifest: AuthorizationPolicyManifest | PeerAuthenticationManifest | RequestAuthenticationManifest;
  readonly admission: Admission;
}

/** What a stream holds of the security resources. */
export interface ParsedResources {
  /** Every resource of the three kinds, admitted or not. */
  readonly resources: readonly ParsedResource[];
  /** Everything wrong in the stream: with resources, and with documents that are none. */
  readonly problems: readonly LocatedProblem[];
}

/**
 * Reads the AuthorizationPolicies, PeerAuthentications and RequestAuthentications of a stream; other kinds are left out.
 * Never throws because of its input.
 */
export function parse(text: string): ParsedResources {
  const documents = readDocuments(text);
  const problems: LocatedProblem[] = [...documents.problems];
  const resources: ParsedResource[] = [];
  for (const { object, location, problems: reading } of documents.objects) {
    if (typeof object.apiVersion !== 'string' || !object.apiVersion.startsWith(`${SECURITY_GROUP}/`)) {
      continue;
    }
    const admission = admit(object, reading);
    problems.push(...admission.problems.map((problem: Problem) => ({ ...problem, location })));
    if (isSecurityResource(object)) {
      resources.push({ location, manifest: object as unknown as ParsedResource['manifest'], admission });
    }
  }
  return { resources, problems };
}
