import { Check, Family, Recorded } from './family';
import { admit, isAccepted } from '../../src/istio/admission';
import { readDocuments } from '../../src/istio/documents';
import { Admission, ProblemLayer } from '../../src/istio/problem';

/** One resource, and what API server and webhook said of it. */
interface RecordedResource extends Recorded {
  readonly resource: string;
  readonly verdict: {
    readonly accepted: boolean;
    readonly acceptedLenient: boolean;
    readonly schema?: readonly string[];
    readonly unknownFields?: readonly string[];
    readonly webhookErrors?: readonly string[];
    readonly prunedWebhookErrors?: readonly string[];
    readonly warnings?: readonly string[];
  };
}

/** Per part of the verdict: whether it is accepted, or whether a list is empty. */
type Summary = Readonly<Record<'accepted' | 'acceptedLenient' | 'schema' | 'unknownFields' | 'webhookErrors' | 'prunedWebhookErrors' | 'warnings', boolean>>;

/** Compares both answers, and per layer whether anything was said; the texts are not compared. */
export const admission: Family = {
  families: ['admission', 'admission-other', 'admission-envoy-filter'],
  replay: line => [replay(line as RecordedResource)],
};

function replay({ id, features, resource, verdict }: RecordedResource): Check {
  const ours = ask(resource);
  const mine = summary(ours);
  const theirs: Summary = {
    accepted: verdict.accepted,
    acceptedLenient: verdict.acceptedLenient,
    schema: isEmpty(verdict.schema),
    unknownFields: isEmpty(verdict.unknownFields),
    webhookErrors: isEmpty(verdict.webhookErrors),
    prunedWebhookErrors: isEmpty(verdict.prunedWebhookErrors),
    warnings: isEmpty(verdict.warnings),
  };
  const differs = (Object.keys(mine) as Array<keyof Summary>).filter(part => mine[part] !== theirs[part]);
  if (differs.length === 0) {
    return { features };
  }
  const said = Object.entries(verdict).filter(([part]) => differs.includes(part as keyof Summary));
  const found = [...ours.problems, ...ours.warnings].map(({ layer, field, message }) => `${layer} ${field}: ${message}`);
  return {
    features,
    disagreement: {
      where: `${id} (${differs.join(', ')})`,
      input: resource,
      recorded: said.map(([part, value]) => `${part} ${JSON.stringify(value)}`).join('\n') || 'nothing',
      ours: found.join('\n') || 'nothing',
    },
  };
}

function ask(resource: string): Admission {
  const { objects, problems } = readDocuments(resource);
  const [found] = objects;
  return found === undefined ? { problems: [...problems], warnings: [], pruned: [] } : admit(found.object, found.problems);
}

function summary(ours: Admission): Summary {
  const none = (...layers: ProblemLayer[]): boolean => !ours.problems.some(({ layer }) => layers.includes(layer));
  return {
    accepted: isAccepted(ours),
    acceptedLenient: isAccepted(ours, true),
    schema: none('schema', 'parse'),
    unknownFields: none('unknown-field'),
    webhookErrors: none('webhook'),
    prunedWebhookErrors: none('unknown-field') || ours.pruned.length === 0, // recorded only beside unknown fields
    warnings: ours.warnings.length === 0,
  };
}

function isEmpty(list: readonly string[] | undefined): boolean {
  return (list ?? []).length === 0;
}
