import { Intent } from '../../../intent/intent';
import { Rendering } from '../../../render/rendering';
import { Statement } from '../index/statement';

/** An intent with what it came to. */
export interface Stated {
  readonly statement: Statement;
  readonly intent: Intent;
  readonly rendering: Rendering;
}
