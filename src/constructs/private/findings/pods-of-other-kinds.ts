import { list, number, object, record, text } from '../../../util/shape';
import { unique } from '../../../util/text';
import { ANY_PORT } from '../../../validation/ports';
import { Bystander } from '../../../validation/witness';
import { isGatewayAlone } from '../index/gateway-pods';
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
  spec: object({ containers: list(object({ name: text, args: list(text), ports: list(object({ containerPort: number })) })) }),
});

/** Those of the app. Pods that are a gateway and nothing else take in what comes from outside. */
export function podsOfOtherKinds({ otherPods, mesh }: World): MadePods[] {
  return otherPods.all.filter(({ namespace, template }) => template && namespace !== mesh.rootNamespace).flatMap((of, i) => {
    const { metadata = {}, spec: { containers = [] } = {} } = TEMPLATE(of.template) ?? {};
    if (isGatewayAlone({ pod: { annotations: metadata.annotations ?? {} }, podSpec: { containers } })) { return []; }
    const name = `${of.path.replace(/\//g, ' ')} ${i}`;
    const listed = containers.flatMap(({ ports = [] }) => ports.flatMap(({ containerPort }) => containerPort ?? []));
    return [{
      of,
      manifest: { apiVersion: 'v1', kind: 'Pod', ...of.template, metadata: { ...metadata, name, namespace: of.namespace } },
      bystander: { name, namespace: of.namespace, ports: unique([...listed, ANY_PORT]), openings: [], exceptions: [] },
    }];
  });
}
