import { PROXY_CONFIG } from './label-names';
import { requestRules } from '../request/connection-settings';
import { Mesh } from '../request/mesh-settings';
import { Labels } from '../resources/inventory';
import { annotatedConfig, connectionSettingsOf } from '../resources/proxy-config';


/**
 * The settings of the mesh as they hold for one proxy: the annotation of its pods replaces what it names as a whole. Objects of kind ProxyConfig
 * cannot say anything of this.
 */
export function settingsOf(mesh: Mesh, annotations: Labels, isGateway: boolean): Mesh {
  const config = annotations[PROXY_CONFIG] === undefined ? {} : annotatedConfig(annotations[PROXY_CONFIG]);
  const stated = mesh.has('connectionSettings') ? connectionSettingsOf(config) : undefined;
  const connectionSettings = stated ?? mesh.connectionSettings;
  const isUsual = config.gatewayTopology === undefined && (connectionSettings === undefined || stated === undefined && !isGateway);
  if (isUsual) return mesh;
  return {
    ...mesh,
    trustedProxies: config.gatewayTopology ? config.gatewayTopology.numTrustedProxies ?? 0 : mesh.trustedProxies,
    connectionSettings,
    requestRules: requestRules(mesh.pathNormalization, connectionSettings, isGateway),
  };
}
