import { GatewayData } from '../intent/intent';
import { reasonOf } from '../intent/justification';
import { noFurther } from '../util/arguments';
import { atLeastOne, instancesOf, listOf, mapOf, namespaceName, objectName, portNumber, text } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { quoted } from '../util/text';

/** A classic Istio gateway. */
export interface ClassicGatewayOptions {
  /** Namespace of its pods. */
  readonly namespace: string;

  /** Labels of its pods, such as `istio: ingressgateway`. In the root namespace they stand for such pods of every namespace. */
  readonly labels: { [label: string]: string };

  /** Ports that its pods listen on, such as 8080 and 8443; not the ports of its Service. */
  readonly ports: number[];

  /** Why everyone may reach it. */
  readonly reason: string;
}

/** A gateway that is managed by the Kubernetes Gateway API. */
export interface ManagedGatewayOptions {
  /** Namespace of the Gateway. */
  readonly namespace: string;

  /** Name of the Gateway. */
  readonly name: string;

  /** Ports of its listeners, such as 80 and 443. */
  readonly ports: number[];

  /** Why everyone may reach it. */
  readonly reason: string;
}

const CLASSIC: InputStruct<ClassicGatewayOptions> = {
  name: 'ClassicGatewayOptions', members: { namespace: 'needed', labels: 'needed', ports: 'needed', reason: 'needed' },
};

const MANAGED: InputStruct<ManagedGatewayOptions> = {
  name: 'ManagedGatewayOptions', members: { namespace: 'needed', name: 'needed', ports: 'needed', reason: 'needed' },
};

/** A gateway that everyone may reach, also from outside the mesh, under a mesh-wide default deny. */
export class PublicGateway {
  /**
   * A classic gateway, found by the labels of its pods.
   *
   * @param options where it is, its ports, and why it is public
   */
  public static classic(options: ClassicGatewayOptions): PublicGateway {
    noFurther('PublicGateway.classic', arguments, 1, 'name each gateway by itself');
    const { labels, namespace, reason, ...rest } = taken('PublicGateway.classic', CLASSIC, options);
    const entries = Object.entries(mapOf('labels', labels ?? {}));
    if (entries.length === 0) { throw new Error("labels must name the gateway's pods, got none; as in { istio: 'ingressgateway' }"); }
    for (const [label, value] of entries) { text(`labels.${label}`, value, 'give the value that the pods carry'); }
    return new PublicGateway({ kind: 'classic', namespace: namespaceName('namespace', namespace), labels, ports: portsOf(rest) }, reasonOf('PublicGateway.classic', reason));
  }

  /**
   * A gateway of the Kubernetes Gateway API.
   *
   * @param options which it is, its ports, and why it is public
   */
  public static gatewayApi(options: ManagedGatewayOptions): PublicGateway {
    noFurther('PublicGateway.gatewayApi', arguments, 1, 'name each gateway by itself');
    const { namespace, name, reason, ...rest } = taken('PublicGateway.gatewayApi', MANAGED, options);
    return new PublicGateway({ kind: 'gateway-api', namespace: namespaceName('namespace', namespace), name: objectName('name', name), ports: portsOf(rest) },
      reasonOf('PublicGateway.gatewayApi', reason));
  }

  /** @internal */
  public readonly _data: GatewayData;

  /** @internal */
  public readonly _reason: string;

  private constructor(data: GatewayData, reason: string) {
    this._data = data;
    this._reason = reason;
  }

  /** Which gateway it is, as text for tables and messages: `Gateway edge/public on port 80, 443`. */
  public describePublicGateway(): string {
    const { namespace, ports } = this._data;
    const which = this._data.kind === 'classic'
      ? `pods ${Object.entries(this._data.labels).map(label => label.join('=')).join(',')} of ${namespace}`
      : `Gateway ${namespace}/${this._data.name}`;
    return `${which} on port ${ports.join(', ')}`;
  }
}

function portsOf(options: { readonly ports: number[] }): number[] {
  return atLeastOne('ports', options.ports, 'name the ports that the gateway listens on').map((port, i) => portNumber(`ports[${i}]`, port));
}

/** The public gateways of a namespace, which must be in it. */
export function gatewaysOf(publicGateways: readonly PublicGateway[], namespace: string): GatewayData[] {
  if (listOf('publicGateways', publicGateways).length === 0) { return []; }
  const remedy = 'name each by PublicGateway.classic or PublicGateway.gatewayApi';
  return instancesOf('publicGateways', publicGateways, PublicGateway, remedy).map(({ _data: gateway }, i) => {
    if (gateway.namespace !== namespace) {
      throw new Error(`publicGateways[${i}] must be in namespace '${namespace}', got ${quoted(gateway.namespace)}; name it at the ZeroTrustNamespace of its own namespace`);
    }
    return gateway;
  });
}
