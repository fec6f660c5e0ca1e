import { selects, WrittenService } from '../../../intent/ports';
import { Transport } from '../../../intent/workload';
import { unique } from '../../../util/text';
import { UnseenPorts } from '../../../validation/findings/unseen-ports';
import { AppWorkload } from '../index/app-workloads';
import { networkPoliciesFor } from '../index/network-policies';
import { World } from '../index/world';

/** What workloads of declared namespaces serve by UDP or SCTP, where nothing of the app has the network keep anybody out. */
export function portsUnseen(world: World): UnseenPorts[] {
  const declared = world.declarations.namespaces.map(({ name }) => name).filter(name => world.networkTwins(name) === undefined);
  return unique(declared).flatMap(namespace => {
    const services = world.tree.servicesIn(namespace).filter(({ ports }) => ports.some(isUnseen));
    return world.workloads.in(namespace).flatMap(workload => {
      const ports = portsOf(workload, services);
      const isKept = ports.length === 0 || world.isOutside(workload) || networkPoliciesFor(namespace, [workload.pod.labels], 'ingress', world).length > 0;
      return isKept ? [] : [{ path: workload.path, namespace, ports }];
    });
  });
}

/** Those that its containers list, else those by which its Services lead to it. */
function portsOf({ containerPorts, pod }: AppWorkload, services: readonly WrittenService[]): string[] {
  const own = containerPorts.filter(isUnseen).map(({ transport, number }) => `${transport} ${number}`);
  if (own.length > 0) { return unique(own); }
  return unique(services.filter(({ selector }) => selects(selector, pod.labels)).flatMap(({ ports }) => ports).filter(isUnseen).map(({ transport, port }) => `${transport} ${port}`));
}

function isUnseen({ transport }: { readonly transport: Transport }): boolean { return transport !== 'TCP'; }
