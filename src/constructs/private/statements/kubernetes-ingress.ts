import { IngressGatewayData } from '../../../intent/ingress-intent';
import { map, object, text } from '../../../util/shape';
import { quoted } from '../../../util/text';
import { World } from '../index/world';
import { titleOf } from '../index/written';
import { mayCarry } from '../witnesses/reach';

const INGRESS = object({ ingressClassName: text });
const CLASS = object({ controller: text });

/** The pods that istiod has serve each Ingress of its class: on port 80 for all of its hosts, whatever servers the Gateway of these pods has. */
const SERVING = { istio: 'ingressgateway' };

/** An Ingress of Kubernetes is served by the same pods, and leads what they let in for others to where it says. */
export function ingressesBeside({ path, pods }: IngressGatewayData, world: World): string[] {
  if (!pods || !mayCarry(pods.podLabels, SERVING)) { return []; }
  const classes = ['istio', ...world.tree.written('networking.k8s.io/IngressClass')
    .filter(({ manifest: { spec } }) => CLASS(spec)?.controller === 'istio.io/ingress-controller').map(({ name }) => name)];
  const isServed = ({ spec, metadata: { annotations } }: { readonly spec?: unknown; readonly metadata: { readonly annotations?: unknown } }) =>
    classes.includes(INGRESS(spec)?.ingressClassName ?? '') || map(annotations)?.['kubernetes.io/ingress.class'] === 'istio';
  return world.tree.written('networking.k8s.io/Ingress').filter(({ manifest }) => isServed(manifest)).map(({ object: of, name, namespace = 'default' }) =>
    `${titleOf({ object: of, kind: 'Ingress', namespace, name })} would be served by the pods of ${quoted(path)}, in plaintext as well, and lead what these let in elsewhere; state its hosts by an IngressAccess, or give it another class`);
}
