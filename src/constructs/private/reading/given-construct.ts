import { Construct, IConstruct } from 'constructs';
import { shown } from '../../../util/given';

/** The construct, which must be one: a lookup that misses gives nothing, and a name is none. */
export function constructOf(prop: string, value: IConstruct, remedy: string): IConstruct {
  if (!Construct.isConstruct(value)) { throw new Error(`${prop} must be a construct, got ${shown(value)}; ${remedy}`); }
  return value;
}
