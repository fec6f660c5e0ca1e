import { ApiObjectMetadata } from 'cdk8s';
import { InputStruct, taken } from '../../../util/members';

/** What cdk8s names of the metadata of an object; it lets any other name pass, such as a misspelt one. */
type NamedMetadata = { readonly [Name in keyof ApiObjectMetadata as IsAnyName<Name> extends true ? never : Name]: ApiObjectMetadata[Name] };

type IsAnyName<Name> = string extends Name ? true : number extends Name ? true : false;

const METADATA: InputStruct<NamedMetadata> = {
  name: 'ApiObjectMetadata',
  members: { name: 'value', namespace: 'value', labels: 'value', annotations: 'value', finalizers: 'value', ownerReferences: 'value' },
};

/** The metadata that a caller hands in. */
export function metadataOf(given: ApiObjectMetadata): ApiObjectMetadata { return taken('metadata', METADATA, given); }
