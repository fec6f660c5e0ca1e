import { Intent } from '../../../intent/intent';
import { Rendering } from '../../../render/rendering';
import { Statement } from '../index/statement';

/** An intent with what it came to. */
export interface Stated {
  readonly statement: Statement;
  readonly intent: Intent;
  readonly rendering: Rendering;
}

/** Name of the object that an intent has for a role in a namespace. */
export function nameIn({ statement: { objects, roles } }: Stated, role: string, namespace: string): string | undefined {
  return objects.find((object, i) => roles[i] === role && object.metadata.namespace === namespace)?.name;
}
