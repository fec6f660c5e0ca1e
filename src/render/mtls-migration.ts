import { STRICT } from './namespace';
import { Rendering } from './rendering';
import { DataPlane } from '../intent/mesh';
import { MtlsMigrationIntent, MtlsStage } from '../intent/mtls-migration-intent';
import { AuthorizationPolicyAction, AuthorizationPolicySpec } from '../istio/authorization-policy';
import { MutualTlsMode, PeerAuthenticationSpec } from '../istio/peer-authentication';

const PERMISSIVE: PeerAuthenticationSpec = { mtls: { mode: MutualTlsMode.PERMISSIVE } };

/** Matches whoever has no identity: in dry run the name of the policy stands beside each request in plaintext. */
const PLAINTEXT: AuthorizationPolicySpec = { action: AuthorizationPolicyAction.DENY, rules: [{ from: [{ source: { notPrincipals: ['*'] } }] }] };

/** The mode of the namespace, and until it is STRICT the dry run: not for ztunnel, to which istiod does not send it, or where it does so an old one would enforce it. */
export function renderMtlsMigration({ namespace, stage }: MtlsMigrationIntent): Rendering {
  const isStrict = stage === MtlsStage.STRICT;
  const isShown = !isStrict && namespace.dataPlane === DataPlane.SIDECAR;
  return { specs: { mtls: isStrict ? STRICT : PERMISSIVE, ...isShown ? { plaintext: PLAINTEXT } : {} }, problems: [] };
}
