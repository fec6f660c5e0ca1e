import { meantNamespace } from './namespace-names';
import { checkHosts } from './service-hosts';
import { AccessIntent, callersIn, Intent } from '../../../intent/intent';
import { brokenProbes } from '../../../intent/probes';
import { WorkloadFacts } from '../../../intent/workload';
import { misspelt } from '../../../util/misspelling';
import { readTogether } from '../../../util/together';
import { Workload } from '../../workload';
import { Problem } from '../index/complaint';
import { World } from '../index/world';

/** Where an intent for a workload holds. */
export function placeOf(workload: Workload, world: World): Pick<AccessIntent, 'mesh' | 'target' | 'namespace'> {
  const [target] = readTogether(() => workload._facts(), () => world.namespace(workload._namespace()));
  return { mesh: world.mesh, target, namespace: world.placeOf(target) };
}

/** A trust domain that Istio takes for the mesh's own would admit the namesakes of the mesh, too. */
export function checkTrustDomains(intent: Intent, { foreignTrustDomains: accepted }: World): Problem[] {
  const { trustDomain: own, trustDomainAliases } = intent.mesh;
  return callersIn(intent).flatMap(caller => {
    if (caller.kind !== 'serviceAccount' || caller.trustDomain === undefined) { return []; }
    const { namespace, name, trustDomain } = caller;
    const must = `trustDomain of Principal.serviceAccount('${namespace}', '${name}') must be that of another mesh, got '${trustDomain}'`;
    if (trustDomain === own) { return [`${must}, which is the mesh's own; leave it out`]; }
    if (trustDomainAliases.includes(trustDomain)) {
      return [`${must}, an alias, by which Istio admits '${namespace}/${name}' of this mesh as well; leave it out where both are meant, else take it out of trustDomainAliases and accept it by caCertificates of the ZeroTrustMesh`];
    }
    if (trustDomain === OWN) {
      return [`${must}, by which sidecars admit '${namespace}/${name}' of this mesh, whatever its trust domain; give the other mesh a trust domain of its own`];
    }
    return accepted === undefined || accepted.includes(trustDomain) ? []
      : [`${must}, whose certificates the mesh does not accept; state its authority by caCertificates of the ZeroTrustMesh`];
  });
}

/** What sidecars take for the trust domain of the mesh, whatever that is. */
const OWN = 'cluster.local';

/** A slip in the name of a namespace, of a service account, or of its namespace, of which the app has what was meant. */
export function checkNames(intent: Intent, world: World): string[] {
  return callersIn(intent).flatMap(caller => {
    if (caller.kind === 'namespace') { return checkNamespaceName(caller.namespace, world); }
    if (caller.kind !== 'serviceAccount' || caller.isVouchedFor || caller.trustDomain !== undefined) { return []; }
    const { namespace, name } = caller;
    const known = world.accountsIn(namespace);
    const elsewhere = known.length > 0 ? undefined : namespaceOfAccount(namespace, name, world);
    if (elsewhere !== undefined) {
      return [`this app has no namespace '${namespace}', whose service account '${name}' is named; did you mean namespace '${elsewhere}'? `
        + `If it is another app's, say so: Principal.serviceAccount('${namespace}', '${name}', { reason: '…' })`];
    }
    const meant = known.includes(name) ? undefined : misspelt(name, known);
    return meant === undefined ? [] : [`nothing of this app runs as service account '${name}' of namespace '${namespace}'; did you mean '${meant}'? `
      + `If it is another app's, say so: Principal.serviceAccount('${namespace}', '${name}', { reason: '…' })`];
  });
}

/** All of a namespace is named with a reason, which does not say that the name is meant. */
function checkNamespaceName(name: string, world: World): string[] {
  const meant = meantNamespace(name, world);
  return meant === undefined ? [] : [`this app has no namespace '${name}', all of which is named; did you mean '${meant}'? `
    + `If it is another app's, name its service accounts, and say so: Principal.serviceAccount('${name}', '…', { reason: '…' })`];
}

/** The namespace of the app that was meant by one that it does not have, if it has the service account. */
function namespaceOfAccount(namespace: string, account: string, world: World): string | undefined {
  if (world.declares(namespace) || world.tree.namespace(namespace)) { return undefined; }
  const meant = misspelt(namespace, world.workloads.namespaces);
  return meant !== undefined && world.accountsIn(meant).includes(account) ? meant : undefined;
}

/** What answers beside a target, and its probes that STRICT mutual TLS would break, found once for each; a ZeroTrustNamespace reports probes itself. */
export function checkTarget(target: WorkloadFacts, world: World): readonly Problem[] {
  return world.onceFor(target, () => [
    ...checkHosts(target, world), ...world.declares(target.namespace) ? [] : brokenProbes(target, world.dataPlane(target.namespace)),
  ]);
}

/** Probes that STRICT mutual TLS would break, by workload of a namespace. */
export function checkProbes(namespace: string, world: World): string[] {
  const dataPlane = world.dataPlane(namespace);
  return world.workloads.in(namespace).flatMap(workload => brokenProbes(workload, dataPlane).map(problem => `at '${workload.path}', ${problem}`));
}
