import { mapOf } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { quoted } from '../util/text';

/** Labels and annotations of a Namespace. */
export interface NamespaceMetadata {
  /**
   * Labels, such as `pod-security.kubernetes.io/enforce: restricted`.
   *
   * @default - none
   */
  readonly labels?: { [label: string]: string };

  /**
   * Annotations.
   *
   * @default - none
   */
  readonly annotations?: { [annotation: string]: string };
}

const NAMESPACE: InputStruct<NamespaceMetadata> = { name: 'NamespaceMetadata', members: { labels: 'value', annotations: 'value' } };

/** Checks that all of it is text. */
export function namespaceMetadata(given: NamespaceMetadata): NamespaceMetadata {
  const metadata = taken('namespaceMetadata', NAMESPACE, given);
  for (const [what, texts] of Object.entries(metadata)) {
    for (const [name, value] of Object.entries(mapOf(`namespaceMetadata.${what}`, texts as object))) {
      if (typeof value !== 'string') { throw new Error(`namespaceMetadata.${what}.${name} must be text, got ${quoted(value)}; give it, or leave it out`); }
    }
  }
  return metadata;
}
