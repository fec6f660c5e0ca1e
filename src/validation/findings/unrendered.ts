import { Observation } from './observation';
import { groupedBy } from '../../util/grouped';
import { few, quoted } from '../../util/text';

/** A setting of the mesh that a construct needs. */
export interface Need { readonly path: string; readonly setting: string }

/** ZT121: a mesh whose settings nothing of the app holds, while constructs go by them. */
export function unrendered(path: string, needs: readonly Need[]): Observation[] {
  if (needs.length === 0) { return []; }
  const settings = [...groupedBy(needs, ({ setting }) => setting)].map(([setting, needing]) => `${setting} of ${few(needing.map(need => need.path))}`);
  return [{
    rule: 'ZT121',
    path,
    message: `nothing renders ${settings.join('; ')}, and a mesh without ${settings.length === 1 ? 'it' : 'them'} does less than is stated; give this settings, as in MeshSettingsOutput.istioOperator(), `
      + `say by exists: true that another app sees to it, or set it up where istiod is set up, and acknowledge this here, at ${quoted(path)}`,
  }];
}
