import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { Complaint } from '../index/complaint';
import { Declarations } from '../index/declarations';
import { Duplicates } from '../index/duplicates';
import { statementOf } from '../index/statement';
import { removalOf } from '../reading/included';

/** What is wrong with objects that the app has more than once, by the construct of each: the one that states it, or the object itself. */
export function duplicateComplaints(duplicates: readonly Duplicates[], declarations: Declarations): Map<IConstruct, Complaint[]> {
  const complaints = new Map<IConstruct, Complaint[]>();
  for (const { kind, name, objects } of duplicates) {
    const owners = objects.map(ownerOf);
    if (isToldOtherwise(kind, owners, declarations)) { continue; }
    const message = `${kind} '${name}' must be one object of the app, got ${objects.length}, of which the one that is applied last wins; ${cureOf(objects)}`;
    for (const owner of owners) { complaints.set(owner, [...complaints.get(owner) ?? [], { message, cause: message }]); }
  }
  return complaints;
}

function cureOf(objects: readonly ApiObject[]): string {
  const removals = objects.flatMap(object => removalOf(object) ?? []);
  const among = removals.length === 0 ? '' : `, an included one by ${removals[0]}`;
  return `give each a name of its own, by metadata.name or its props, or leave all but one out${among}`;
}

function ownerOf(object: ApiObject): IConstruct {
  for (let at: IConstruct | undefined = object; at; at = at.node.scope) {
    if (statementOf(at)) { return at; }
  }
  return object;
}

/** Two of what there must be one of, and a namespace that is both declared and on its way, are told as such, and so is a Namespace beside a ZeroTrustNamespace. */
function isToldOtherwise(kind: string, owners: readonly IConstruct[], { meshes, namespaces, migrations }: Declarations): boolean {
  const paths = owners.map(({ node: { path } }) => path);
  const names = new Map(namespaces.map(({ path, name }) => [path, name]));
  if (paths.every(path => meshes.some(mesh => mesh.path === path))) { return true; }
  const said = (path: string) => names.get(path) ?? migrations.find(one => `${one.path}/${one.name}` === path)?.name;
  return kind === 'Namespace' ? paths.some(path => names.has(path)) : paths.every(path => said(path) !== undefined && said(path) === said(paths[0]));
}
