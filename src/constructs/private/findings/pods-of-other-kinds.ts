import { TEMPLATES } from '../../../policy/workloads/label-names';
import { list, number, object, record, text } from '../../../util/shape';
import { unique } from '../../../util/text';
import { ANY_PORT } from '../../../validation/ports';
import { Bystander } from '../../../validation/witness';
import { OtherPods } from '../index/other-pods';
import { World } from '../index/world';

/** Pods that a controller makes of a template in an object of its own kind. */
export interface MadePods {
  readonly of: OtherPods;
  /** As a pod by itself. */
  readonly manifest: object;
  readonly bystander: Bystander;
}

const TEMPLATE = object({
  metadata: object({ labels: record(text), annotations: record(text) }),
  spec: object({ containers: list(object({ ports: list(object({ containerPort: number })) })) }),
});

/** Those of the app. Gateways take in what comes from outside. */
export function podsOfOtherKinds({ otherPods, mesh }: World): MadePods[] {
  return otherPods.all.filter(({ namespace, template }) => template && namespace !== mesh.rootNamespace).flatMap((of, i) => {
    const { metadata = {}, spec } = TEMPLATE(of.template) ?? {};
    if (metadata.annotations?.[TEMPLATES] === 'gateway') { return []; }
    const name = `${of.path.replace(/\//g, ' ')} ${i}`;
    const listed = (spec?.containers ?? []).flatMap(({ ports = [] }) => ports.flatMap(({ containerPort }) => containerPort ?? []));
    return [{
      of,
      manifest: { apiVersion: 'v1', kind: 'Pod', ...of.template, metadata: { ...metadata, name, namespace: of.namespace } },
      bystander: { name, namespace: of.namespace, ports: unique([...listed, ANY_PORT]), openings: [], exceptions: [] },
    }];
  });
}
