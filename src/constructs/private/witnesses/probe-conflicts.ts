import { OtherObject } from './other-objects';
import { brokenProbes, PROBES_KEY } from '../../../intent/probes';
import { few, listed } from '../../../util/text';
import { World } from '../index/world';

/** In values of an installation, by themselves or as the text of a ConfigMap. */
const OFF = /rewriteAppHTTPProbe\\*"?:\s*\\*"?false/;

/** Probes that nobody rewrites, as the app installs Istio so: STRICT mutual TLS refuses the kubelet, and pods are never ready. */
export function probeConflicts(speaking: readonly OtherObject[], world: World): string[] {
  const off = speaking.filter(({ manifest }) => OFF.test(JSON.stringify(manifest)));
  if (off.length === 0) { return []; }
  const refused = world.workloads.all.filter(({ namespace, pod }) => {
    const isStrict = world.isStrict || world.declares(namespace);
    const annotations = { [PROBES_KEY]: 'false', ...pod.annotations };
    return isStrict && world.isInjected(namespace) && brokenProbes({ pod: { ...pod, annotations } }, 'sidecar').length > 0 && pod.annotations[PROBES_KEY] === undefined;
  });
  return refused.length === 0 ? [] : [`${listed(off.map(({ path }) => path))} sets rewriteAppHTTPProbe false, so that the kubelet, which has no identity in the mesh, is refused the probes of ${few(refused.map(({ path }) => path))}; `
    + `leave it out, or annotate these pods ${PROBES_KEY}: 'true'`];
}
