import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const ROOT = join(__dirname, '../..');

interface Docs { readonly summary?: string; readonly default?: string; readonly example?: string }
/** What a member, a parameter or an element is of; undefined fields are those of other types. */
export interface TypeReference {
  readonly fqn?: string;
  readonly primitive?: string;
  readonly collection?: { readonly kind: string; readonly elementtype: TypeReference };
}
export interface Member {
  readonly name: string;
  readonly docs?: Docs;
  readonly type?: TypeReference;
  readonly optional?: boolean;
  readonly static?: boolean;
  readonly overrides?: string;
}
export interface Method extends Member {
  readonly parameters?: readonly Member[];
  readonly returns?: { readonly type: unknown };
  readonly variadic?: boolean;
}
export interface ApiType {
  readonly fqn: string;
  readonly name: string;
  readonly kind: string;
  readonly docs?: Docs;
  readonly base?: string;
  readonly interfaces?: readonly string[];
  readonly datatype?: boolean;
  readonly properties?: readonly Member[];
  readonly methods?: readonly Method[];
  readonly members?: readonly Member[];
  readonly initializer?: Method;
}

/** The assembly as jsii writes it: in place, or zipped beside it. */
export function assembly(): { readonly types: { readonly [fqn: string]: ApiType } } {
  const path = join(ROOT, '.jsii');
  if (!existsSync(path)) { throw new Error('there is no .jsii: run npx projen compile first'); }
  const written = JSON.parse(readFileSync(path, 'utf8'));
  return written.filename ? JSON.parse(gunzipSync(readFileSync(join(ROOT, written.filename))).toString('utf8')) : written;
}

/** The members of a struct, with those of the structs that it extends. */
export function membersOf(struct: ApiType, types: { readonly [fqn: string]: ApiType }): Member[] {
  return [...struct.properties ?? [], ...(struct.interfaces ?? []).flatMap(fqn => types[fqn] ? membersOf(types[fqn], types) : [])];
}
