import { accessPromises, accessWitnesses } from './access-witnesses';
import { auditWitnesses } from './audit-witnesses';
import { meshWitnesses, namespaceWitnesses } from './boundary-witnesses';
import { closedWitnesses } from './closed-witnesses';
import { externalAuthorizationWitnesses } from './external-authorization-witnesses';
import { guardrailWitnesses } from './guardrail-witnesses';
import { ingressGatewayWitnesses, ingressWitnesses } from './ingress-witnesses';
import { jwtWitnesses } from './jwt-witnesses';
import { migrationWitnesses } from './migration-witnesses';
import { leavingWitnesses, networkWitnesses } from './network-witnesses';
import { openingWitnesses } from './opening-witnesses';
import { fromElsewhere, plaintextWitnesses } from './plaintext-witnesses';
import { quarantineWitnesses } from './quarantine-witnesses';
import { Witness, WitnessContext } from './witness';
import { isNamed } from '../intent/caller';
import { AccessIntent, Intent, isDryRun } from '../intent/intent';
import { unreachable } from '../util/unreachable';

/** The witnesses of an intent. What gateways admit is not among them: the app may not show them. */
export function witnessesOf(intent: Intent, context: WitnessContext): Witness[] {
  // promises nothing and refuses nothing
  if (isDryRun(intent)) { return []; }
  return madeFor(intent, context).map(witness => fromElsewhere(witness, context.exceptions));
}

/** Of the witnesses of an intent, those that it promises: of an access, of which there are many, no others are made. */
export function promisesOf(intent: Intent, context: WitnessContext): Witness[] {
  if (isDryRun(intent)) { return []; }
  const made = intent.kind === 'access' ? accessPromises(intent, context) : madeFor(intent, context).filter(isPromised);
  return made.map(witness => fromElsewhere(witness, context.exceptions));
}

/** Whether a witness is promised to arrive, by the network and the mesh. */
export function isPromised({ outcome }: Pick<Witness, 'outcome'>): boolean { return outcome === 'passes' || outcome === 'is routed'; }

function madeFor(intent: Intent, context: WitnessContext): Witness[] {
  switch (intent.kind) {
    case 'access': return [
      ...accessWitnesses(intent, context),
      ...closedWitnesses(intent, isForAll(intent) ? intent.operations : []),
      ...openingWitnesses(intent, context.openings, context.api?.issuers ?? []),
    ];
    case 'jwt': return [
      ...jwtWitnesses(intent, context),
      ...closedWitnesses(intent, intent.publicOperations),
      ...openingWitnesses(intent, context.openings, intent.issuers),
    ];
    case 'namespace': return namespaceWitnesses(intent, context.bystanders);
    case 'mesh': return meshWitnesses(intent, context.bystanders);
    case 'mtls-migration': return migrationWitnesses(intent, context.bystanders);
    case 'quarantine': return quarantineWitnesses(intent, context);
    case 'audit': return auditWitnesses(intent, context);
    case 'guardrail': return guardrailWitnesses(intent, context);
    case 'plaintext': return plaintextWitnesses(intent);
    case 'external-authorization': return [...externalAuthorizationWitnesses(intent), ...closedWitnesses(intent, context.accesses.filter(isForAll).flatMap(({ operations }) => operations))];
    // what clients send there is asked for by itself: see legacyFaults, egressFaults and boundaryFaults
    case 'egress':
    case 'egress-gateway':
    case 'egress-boundary':
    case 'legacy-destination': return [];
    // decide nothing of who may call: see checkSecurityLog, checkProtection and checkFault
    case 'security-telemetry':
    case 'traffic-protection':
    case 'fault': return [];
    case 'ingress-gateway': return ingressGatewayWitnesses(intent, context.openings);
    case 'network': return [...networkWitnesses(intent, context.bystanders), ...leavingWitnesses(intent, context.bystanders)];
    case 'ingress': return ingressWitnesses(intent);
    default: return unreachable(intent);
  }
}

function isForAll({ callers }: AccessIntent): boolean { return !callers.every(isNamed); }
