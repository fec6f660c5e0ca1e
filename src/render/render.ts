import { renderAccess } from './access';
import { renderAudit } from './audit';
import { renderEgress } from './egress';
import { renderEgressBoundary } from './egress-boundary';
import { renderEgressGateway } from './egress-gateway';
import { renderExternalAuthorization } from './external-authorization';
import { renderFault } from './fault';
import { renderGuardrail } from './guardrail';
import { renderIngressAccess } from './ingress-access';
import { renderIngressGateway } from './ingress-gateway';
import { renderJwt } from './jwt';
import { renderLegacyDestination } from './legacy-destination';
import { renderMesh } from './mesh';
import { renderMtlsMigration } from './mtls-migration';
import { renderNamespace } from './namespace';
import { renderNetwork } from './network';
import { renderPlaintext } from './plaintext';
import { renderQuarantine } from './quarantine';
import { Rendering } from './rendering';
import { renderSecurityTelemetry } from './security-telemetry';
import { renderTrafficProtection } from './traffic-protection';
import { Intent } from '../intent/intent';
import { unreachable } from '../util/unreachable';

/** The Istio resources that enforce an intent. */
export function render(intent: Intent): Rendering {
  switch (intent.kind) {
    case 'access': return renderAccess(intent);
    case 'jwt': return renderJwt(intent);
    case 'namespace': return renderNamespace(intent);
    case 'mesh': return renderMesh(intent);
    case 'security-telemetry': return renderSecurityTelemetry(intent);
    case 'guardrail': return renderGuardrail(intent);
    case 'plaintext': return renderPlaintext(intent);
    case 'quarantine': return renderQuarantine(intent);
    case 'external-authorization': return renderExternalAuthorization(intent);
    case 'audit': return renderAudit(intent);
    case 'legacy-destination': return renderLegacyDestination(intent);
    case 'mtls-migration': return renderMtlsMigration(intent);
    case 'egress': return renderEgress(intent);
    case 'egress-gateway': return renderEgressGateway(intent);
    case 'egress-boundary': return renderEgressBoundary(intent);
    case 'ingress-gateway': return renderIngressGateway(intent);
    case 'ingress': return renderIngressAccess(intent);
    case 'network': return renderNetwork(intent);
    case 'traffic-protection': return renderTrafficProtection(intent);
    case 'fault': return renderFault(intent);
    default: return unreachable(intent);
  }
}
