import { App, Testing } from 'cdk8s';
import { Findings, ZeroTrustMesh, ZeroTrustMeshProps } from 'cdk8s-zero-trust';
import { Construct } from 'constructs';
import { property, tuple } from 'fast-check';
import { AppRecipe, apps, buildIn, valueOf } from './apps';
import { testApp } from '../support/app';
import { expectLaw } from '../support/law';
import { chartOf, problemsOf } from '../support/shop';

const NAMES = ['dev', 'prod'];

/** An app that holds each recipe in a part of its own, with a mesh for it; where there is but one, the mesh is that of the app. */
function appOf(recipes: readonly AppRecipe[], names: readonly string[]): App {
  const app = testApp();
  recipes.forEach(({ workloads, parts }, i) => {
    const part = new Construct(app, names[i]);
    // where nothing is said of the mesh, its defaults hold
    const [props = { exists: true }] = parts.flatMap(({ construct, props: given }) => construct === 'ZeroTrustMesh' ? [valueOf(given, new Map()) as ZeroTrustMeshProps] : []);
    new ZeroTrustMesh(chartOf(part, 'declared'), 'mesh', { ...props, ...(recipes.length > 1 ? { appliesTo: part } : {}) });
    buildIn(part, { workloads, parts: parts.filter(({ construct }) => construct !== 'ZeroTrustMesh') });
  });
  return app;
}

function manifestsOf(app: App, name: string): unknown[] {
  return app.charts.filter(({ node }) => node.path.startsWith(`${name}/`)).map(chart => Testing.synth(chart) as unknown);
}

test('two clusters in one app render what each renders in an App of its own, and have the same findings', () => {
  expectLaw(property(tuple(apps, apps), recipes => {
    const app = appOf(recipes, NAMES);
    const alone = recipes.map((recipe, i) => appOf([recipe], [NAMES[i]]));

    expect(problemsOf(app)).toEqual([]);
    expect(NAMES.map(name => manifestsOf(app, name))).toEqual(NAMES.map((name, i) => manifestsOf(alone[i], name)));
    expect(Findings.of(app).all()).toEqual(alone.flatMap(one => Findings.of(one).all()));
  }), 20);
});
