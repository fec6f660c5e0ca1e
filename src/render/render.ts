import { renderAccess } from './access';
import { renderExternalAuthorization } from './external-authorization';
import { renderGuardrail } from './guardrail';
import { renderJwt } from './jwt';
import { renderLegacyDestination } from './legacy-destination';
import { renderMesh } from './mesh';
import { renderNamespace } from './namespace';
import { renderPlaintext } from './plaintext';
import { renderQuarantine } from './quarantine';
import { Rendering } from './rendering';
import { Intent } from '../intent/intent';
import { unreachable } from '../util/unreachable';

/** The Istio resources that enforce an intent. */
export function render(intent: Intent): Rendering {
  switch (intent.kind) {
    case 'access': return renderAccess(intent);
    case 'jwt': return renderJwt(intent);
    case 'namespace': return renderNamespace(intent);
    case 'mesh': return renderMesh(intent);
    case 'guardrail': return renderGuardrail(intent);
    case 'plaintext': return renderPlaintext(intent);
    case 'quarantine': return renderQuarantine(intent);
    case 'external-authorization': return renderExternalAuthorization(intent);
    case 'legacy-destination': return renderLegacyDestination(intent);
    default: return unreachable(intent);
  }
}
