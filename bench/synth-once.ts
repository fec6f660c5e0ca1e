import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Chart } from 'cdk8s';
import { NetworkPolicies } from 'cdk8s-zero-trust';
import { rawApp, shopsApp } from './shops';

/**
 * One measurement in a process of its own, in processor time, which what else runs on the machine distorts less: `shops N`, `twins N` with NetworkPolicies
 * beside the accesses, or `raw FILE` with the manifests that `manifests N FILE` wrote.
 */
const [mode, first, second] = process.argv.slice(2);
const outdir = mkdtempSync(join(tmpdir(), 'bench-synth-'));
try {
  if (mode === 'manifests') {
    const charts = shopsApp(outdir, Number(first)).node.findAll().filter(construct => Chart.isChart(construct));
    writeFileSync(second, JSON.stringify(charts.map(chart => chart.toJson())));
  } else {
    const manifests = mode === 'raw' ? JSON.parse(readFileSync(first, 'utf8')) as object[][] : [];
    const start = process.cpuUsage();
    const networks = mode === 'twins' ? NetworkPolicies.forIngressAndEgress() : NetworkPolicies.none();
    const app = mode === 'raw' ? rawApp(outdir, manifests) : shopsApp(outdir, Number(first), networks);
    app.synth();
    const { user, system } = process.cpuUsage(start);
    const ms = (user + system) / 1000;
    console.log(JSON.stringify({ ms, mb: process.resourceUsage().maxRSS / 1024 }));
  }
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
