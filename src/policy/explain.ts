import { Way } from './hop';
import type { AuthorizationResponse } from './response';
import { HopVerdict } from './verdict';

export function explainResponse(response: AuthorizationResponse, way: Way, verdicts: readonly HopVerdict[]): string {
  return [`${response.decision}`, ...way.notes, ...verdicts.map(({ hop, stage, reason }) => `${hop.at}: ${stage} ${reason}`)].join('\n');
}
