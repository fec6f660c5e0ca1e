import { areAllPods, madeUpLabel, MADE_UP_LABELS } from './pod-labels';
import { Workload } from './workload';
import { oneOfEach } from '../../util/grouped';
import { kept } from '../../util/kept';
import { Mesh } from '../request/mesh-settings';
import { Inventory, Labels } from '../resources/inventory';

/** Some pods of a workload, which selectors treat alike. */
export interface PodVariant {
  readonly labels: Labels;
  /** What tells these pods from others. */
  readonly if?: string;
}

type Pair = readonly [label: string, value: string];

/** Tells pods of one workload apart where selectors name labels that its controller makes up for them. */
export class PodVariants {
  private readonly selected = new Map<string, readonly Pair[]>();

  constructor(private readonly inventory: Inventory, private readonly mesh: Mesh) {}

  of({ namespace, labels, controller }: Workload): PodVariant[] {
    const pairs = [...new Set([namespace, this.mesh.rootNamespace])].flatMap(one => this.selectedIn(one));
    const named = pairs.flatMap(([label, value]) => {
      const given = labels[label] === undefined ? madeUpLabel(controller, label, value) : undefined;
      return given ? [{ labels: given, if: `the pod has the label ${label}: ${value}` }] : [];
    });
    if (named.length === 0) return [{ labels: {} }];
    const isComplete = controller !== undefined && areAllPods(controller, named.map(variant => variant.labels));
    return isComplete ? named : [...named, { labels: {}, if: `the pod has none of the labels ${pairs.map(pair => pair.join(': ')).join(', ')}` }];
  }

  /** What selectors of a namespace ask of such labels. */
  private selectedIn(namespace: string): readonly Pair[] {
    return kept(this.selected, namespace, () => this.search(namespace));
  }

  private search(namespace: string): Pair[] {
    const policies = (['AuthorizationPolicy', 'RequestAuthentication', 'PeerAuthentication'] as const).flatMap(kind =>
      this.inventory.of(kind, namespace).map(({ spec }) => spec.selector?.matchLabels));
    const services = this.inventory.of('Service', namespace).map(({ spec }) => spec.selector);
    const pairs = [...policies, ...services].flatMap(selector => Object.entries(selector ?? {})).filter(([label]) => MADE_UP_LABELS.has(label));
    return oneOfEach(pairs, pair => pair.join('='));
  }
}
