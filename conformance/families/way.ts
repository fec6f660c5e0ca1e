import { BindingQuestion, replayBinding } from './binding';
import { Check, Family } from './family';
import { MeshWorld, readWorld } from './mesh-world';
import { EnvoyQuestion, replayEnvoy } from './way-envoy';
import { replayZtunnel, ZtunnelQuestion } from './way-ztunnel';

type Question = BindingQuestion | ZtunnelQuestion | EnvoyQuestion;

/** Which way requests take, by each kind of client. */
export const way: Family = {
  families: ['way'],
  replay: line => replay(line as MeshWorld<Question>),
};

function* replay(world: MeshWorld<Question>): Iterable<Check> {
  const { inventory, mesh } = readWorld(world);
  for (const question of world.questions) {
    if (question.q === 'binding') yield replayBinding(world, inventory, mesh, question);
    else if (question.client.kind === 'ztunnel') yield replayZtunnel(world, inventory, mesh, question as ZtunnelQuestion);
    else yield replayEnvoy(world, inventory, mesh, question as EnvoyQuestion);
  }
}
