import { ApiObject, ApiObjectMetadataDefinition } from 'cdk8s';
import { IConstruct } from 'constructs';
import { assignedServiceAccount } from './identity';
import { templatePath } from './kinds';
import { applyPatches } from './patches';

/* eslint-disable @typescript-eslint/no-explicit-any -- no version of cdk8s-plus is imported, so that its constructs have no type here */

/** A workload of cdk8s-plus, any version: its public properties, and the probes, which have none. */
export interface KplusWorkload extends IConstruct {
  readonly podMetadata: ApiObjectMetadataDefinition;
  readonly containers: readonly KplusContainer[];
  readonly initContainers?: readonly KplusContainer[];
  readonly matchLabels?: Record<string, string>;
  readonly matchExpressions?: readonly unknown[];
  readonly serviceAccount?: { readonly name: string };
  readonly hostNetwork?: boolean;
  readonly securityContext?: KplusSecurityContext;
  readonly replicas?: number;
}

interface KplusContainer {
  readonly name: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: { _toKube?(): { readonly variables?: unknown } };
  readonly securityContext?: KplusSecurityContext;
  readonly restartPolicy?: string;
  readonly ports?: readonly { readonly number: number; readonly name?: string; readonly protocol?: string }[];
  readonly _readiness?: KplusProbe;
  readonly _liveness?: KplusProbe;
  readonly _startup?: KplusProbe;
}

interface KplusSecurityContext {
  _toKube?(): object;
}

interface KplusProbe {
  _toKube?(container: KplusContainer): object;
}

/**
 * The cdk8s-plus workload whose object this is, if it is one.
 *
 * INVARIANT: such a workload is never rendered to be read. With `spread: true` each rendering adds affinity terms
 * to what is deployed, and one that has no container yet cannot be rendered at all.
 */
export function kplusWorkload(apiObject: ApiObject): KplusWorkload | undefined {
  const owner = apiObject.node.scope as any;
  const isWorkload = typeof owner?.podMetadata?.toJson === 'function' && Array.isArray(owner.containers);
  return isWorkload && owner.node.defaultChild === apiObject ? owner : undefined;
}

/** What the manifest of a cdk8s-plus workload will say of its pods, from its properties. */
export function kplusManifest(workload: KplusWorkload, apiObject: ApiObject): any {
  const template = {
    metadata: workload.podMetadata.toJson() ?? {},
    spec: {
      serviceAccountName: assignedServiceAccount(apiObject) ?? workload.serviceAccount?.name,
      hostNetwork: workload.hostNetwork,
      securityContext: workload.securityContext?._toKube?.(),
      containers: workload.containers.map(kplusContainer),
      initContainers: (workload.initContainers ?? []).map(kplusContainer),
    },
  };
  const metadata = { name: apiObject.name, namespace: apiObject.metadata.namespace };
  const path = templatePath(apiObject)!;
  if (path.length === 0) return applyPatches(apiObject, { metadata: { ...template.metadata, ...metadata }, spec: template.spec });
  const body = path.reduceRight<any>((inner, key) => ({ [key]: inner }), template);
  body.spec.replicas = workload.replicas;
  body.spec.selector = { matchLabels: workload.matchLabels, matchExpressions: workload.matchExpressions };
  return applyPatches(apiObject, { metadata, ...body });
}

function kplusContainer(container: KplusContainer): object {
  return {
    name: container.name,
    command: container.command,
    args: container.args,
    env: container.env?._toKube?.().variables,
    securityContext: container.securityContext?._toKube?.(),
    restartPolicy: container.restartPolicy,
    ports: container.ports?.map(p => ({ containerPort: p.number, name: p.name, protocol: p.protocol })),
    readinessProbe: container._readiness?._toKube?.(container),
    livenessProbe: container._liveness?._toKube?.(container),
    startupProbe: container._startup?._toKube?.(container),
  };
}
