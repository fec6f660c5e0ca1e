import { startedProxy } from '../../../src/policy/workloads/started-proxy';

const proxy = (role: string) => ({ name: 'istio-proxy', args: ['proxy', role, '--domain', 'x'] });
const init = (...args: string[]) => ({ name: 'istio-init', args: ['istio-iptables', ...args] });

describe('18.5 a proxy in the manifest of a pod', () => {
  test.each(['sidecar', 'router', 'waypoint'])('is a %s by its arguments', role => {
    expect(startedProxy({ containers: [{ name: 'app', args: ['proxy', 'x'] }, proxy(role)] })).toEqual({ role });
    expect(startedProxy({ initContainers: [proxy(role)] })).toEqual({ role });
  });

  test.each([[undefined], [{}], [{ containers: [{ name: 'istio-proxy' }] }], [{ containers: [proxy('ztunnel')] }], [{ containers: [{ name: 'istio-proxy', args: ['run', 'sidecar'] }] }]])('is none: %j', spec => {
    expect(startedProxy(spec)).toBeUndefined();
  });

  test.each<[string, string[], object]>([
    ['all', ['-p', '15001', '-z', '15006', '-u', '1337', '-m', 'REDIRECT', '-b', '*', '-d', '15090,15021'], {}],
    ['some ports', ['-b', '80, 8080', '-d', '15090,15021'], { included: [80, 8080] }],
    ['nothing, without a word of it', ['-d', '15090,15021'], { included: [] }],
    ['what is not left out', ['-b', '*'], { excluded: [] }],
    ['it as it is', ['-b', '*', '-d', '15090,15021', '-m', 'TPROXY'], { mode: 'TPROXY' }],
    ['it on another port', ['-b', '*', '-d', '15090,15021', '-z', '16006'], { to: 16006 }],
    ['nothing of an interface', ['-b', '*', '-d', '15090,15021', '-c', 'lo,eth0'], { passesInterface: true }],
    ['all but another interface', ['-b', '*', '-d', '15090,15021', '-c', 'eth1'], {}],
    ['it by the long names', ['--istio-inbound-ports', '80', '--istio-local-exclude-ports', '90', '--inbound-capture-port', '16006', '--istio-inbound-interception-mode', 'TPROXY', '--istio-exclude-interfaces', 'eth0'],
      { included: [80], excluded: [90], to: 16006, mode: 'TPROXY', passesInterface: true }],
  ])('is given %s', (_, args, differs) => {
    const usual = { rules: 'istio-init', mode: 'REDIRECT', included: '*', excluded: [15090, 15021], to: 15006, passesInterface: false };

    expect(startedProxy({ containers: [proxy('sidecar')], initContainers: [{ name: 'other', args: ['-b', '1'] }, init(...args)] })?.capture).toEqual({ ...usual, ...differs });
  });
});
