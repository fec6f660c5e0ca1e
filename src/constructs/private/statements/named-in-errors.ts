import { Construct, IConstruct } from 'constructs';
import { constructOf } from '../reading/given-construct';

/** A class of constructs: what a constructor of ours takes. */
type ConstructClass = new (scope: Construct, id: string, ...props: never[]) => IConstruct;

/**
 * Of a class of constructs: what its constructor throws says by its path which construct it is about, as what is found at synthesis does. A loop makes
 * many by one line, and values are checked where nobody knows what they are for.
 */
export function namedInErrors<C extends ConstructClass>(given: C): C {
  const named = new Proxy(given, {
    construct(target, [scope, id, ...props]: [unknown, unknown, ...unknown[]], made): object {
      const { node } = constructOf('scope', scope as IConstruct, `pass the chart, or the construct that the ${target.name} belongs to`);
      try {
        // engines know the shape of what a class makes, but not of what a proxy does
        return Reflect.construct(target, [scope, id, ...props], made === named ? target : made) as object;
      } catch (error) {
        throw error instanceof Error ? namedIn(error, node.path === '' ? `${id}` : `${node.path}/${id}`) : error;
      }
    },
  });
  return named;
}

/** A construct that is made within another one has said its own path, which begins with that of the other. */
function namedIn(error: Error, path: string): Error {
  const { message, stack = '' } = error;
  if (message.startsWith(`[${path}]`) || message.startsWith(`[${path}/`)) { return error; }
  error.message = `[${path}] ${message}`;
  error.stack = stack.replace(message, () => error.message);
  return error;
}
