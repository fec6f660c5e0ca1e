import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { groupedBy } from '../../../util/grouped';
import { quoted } from '../../../util/text';
import { Complaint } from '../index/complaint';
import { Declarations } from '../index/declarations';
import { Duplicates } from '../index/duplicates';
import { statementOf } from '../index/statement';
import { removalOf } from '../reading/included';

/** What is wrong with objects that the app has more than once, by the construct of each: the one that states it, or the object itself. */
export function duplicateComplaints(duplicates: readonly Duplicates[], declarations: Declarations, own: ComplaintsOf): Map<IConstruct, Complaint[]> {
  const owned = duplicates.map(one => ({ ...one, owners: one.objects.map(ownerOf) }))
    .filter(({ kind, owners }) => !isToldOtherwise(kind, owners, declarations) && !nameEachOther(owners, own));
  const complaints = new Map<IConstruct, Complaint[]>();
  // what two constructs make of one name is of one name as well
  for (const [first, ...others] of groupedBy(owned, ({ owners }) => JSON.stringify(owners.map(pathOf))).values()) {
    const { kind, name, objects, owners } = first;
    const more = others.length === 0 ? '' : ` (and ${others.length} more of the same constructs)`;
    const message = `${kind} '${name}'${more} must be one object of the app, got ${objects.length}, of which the one that is applied last wins; ${cureOf([first, ...others].flatMap(one => one.objects))}`;
    for (const owner of owners) { complaints.set(owner, [...complaints.get(owner) ?? [], { message, cause: message }]); }
  }
  return complaints;
}

/** Whether each says of the others what is wrong, so that there must be one of them: that they make objects of one name comes of it. */
function nameEachOther(owners: readonly IConstruct[], own: ComplaintsOf): boolean {
  const [first, second, ...more] = owners;
  const names = (one: IConstruct, other: IConstruct) => own(one).some(({ message }) => message.includes(quoted(pathOf(other))));
  return more.length === 0 && names(first, second) && names(second, first);
}

/** What is wrong with a construct by itself. */
type ComplaintsOf = (construct: IConstruct) => readonly Complaint[];

function pathOf({ node }: IConstruct): string { return node.path; }

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
  const paths = owners.map(pathOf);
  const names = new Map(namespaces.map(({ path, name }) => [path, name]));
  if (paths.every(path => meshes.some(mesh => mesh.path === path))) { return true; }
  const said = (path: string) => names.get(path) ?? migrations.find(one => `${one.path}/${one.name}` === path)?.name;
  return kind === 'Namespace' ? paths.some(path => names.has(path)) : paths.every(path => said(path) !== undefined && said(path) === said(paths[0]));
}
