import { SELECTOR } from './attachment';
import { portNumbers, portsNeedSelector } from './rules';
import { objectOf } from './schema';

const MUTUAL_TLS = objectOf({ mode: { type: 'string', enum: ['UNSET', 'DISABLE', 'PERMISSIVE', 'STRICT'] } });

export const PEER_AUTHENTICATION = objectOf({
  selector: SELECTOR,
  mtls: MUTUAL_TLS,
  portLevelMtls: { type: 'map', values: MUTUAL_TLS, minItems: 1, numericKeys: true, rules: [portNumbers] },
}, { rules: [portsNeedSelector] });
