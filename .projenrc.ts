import { cdk8s, javascript } from 'projen';

const project = new cdk8s.ConstructLibraryCdk8s({
  // identity: neutral values, see CONTRIBUTING.md "Before the first publication"
  name: 'cdk8s-zero-trust',
  author: 'The cdk8s-zero-trust authors',
  authorAddress: 'authors@cdk8s-zero-trust.invalid',
  repositoryUrl: 'https://cdk8s-zero-trust.invalid/cdk8s-zero-trust.git',
  description: 'State who may talk to what; synthesize the Istio configuration that enforces exactly that',
  keywords: ['cdk8s', 'kubernetes', 'istio', 'service-mesh', 'zero-trust', 'authorization', 'mtls', 'ambient'],
  defaultReleaseBranch: 'main',
  majorVersion: 0,
  license: 'Apache-2.0',

  // toolchain
  packageManager: javascript.NodePackageManager.NPM,
  projenrcTs: true,
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.0', // ts-jest and typescript-eslint reject 7
  minNodeVersion: '20.0.0',
  workflowNodeVersion: '22.x',

  // cdk8s: peers at their minimum, so that the tests run on the oldest versions we promise
  cdk8sVersion: '2.70.0',
  constructsVersion: '10.3.0',
  bundledDeps: ['re2js@^2.10.0', 'yaml@^2.8.0'],
  devDeps: [
    '@cedar-policy/cedar-wasm@^4', // bench only: what we compare ourselves with
    '@open-policy-agent/opa-wasm@^1', // bench only
    'cdk8s-cli@^2.207.60',
    'cdk8s-plus-28@2.5.6', // read by its public properties, in any version: no peer, see docs/adr/0005
    'cdk8s-plus-32@^2.5.92',
    'cdk8s-plus-33@^2.5.57',
    'esbuild@~0.28', // the one of tsx
    'fast-check@^4',
    'tsx@^4',
  ],

  // no hosting service is assumed
  github: false,
  release: false,
  buildWorkflow: false,
  depsUpgrade: false,
  pullRequestTemplate: false,
  gitignore: ['/dist/', '/.jsii', '/tsconfig.tsbuildinfo', '.jsii.tabl.json', '/examples/*/dist/', '/examples/*/node_modules/', '/jest/*.js', '/jest/*.d.ts'],

  tsconfigDev: {
    include: ['../bench/**/*.ts', '../conformance/**/*.ts', '../examples/**/*.ts', '../jest/**/*.ts', '../scripts/**/*.ts'],
    exclude: ['../node_modules', '../examples/09-*'],
    compilerOptions: { paths: { 'cdk8s-zero-trust': ['../src/index.ts'], 'cdk8s-zero-trust/jest': ['../jest/index.ts'] } },
  },
  jestOptions: {
    jestVersion: '^30',
    passWithNoTests: false,
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    junitReporting: false,
    jestConfig: {
      moduleNameMapper: { '^cdk8s-zero-trust$': '<rootDir>/src/index.ts', '^cdk8s-zero-trust/jest$': '<rootDir>/jest/index.ts' },
      collectCoverage: false,
      // by default one core is left idle, of two that is half; a process that has run for long is slow, and replaced
      maxWorkers: '100%',
      workerIdleMemoryLimit: '1GB',
    },
  },
});

for (const folder of ['bench', 'conformance', 'examples', 'scripts']) {
  project.eslint?.addLintPattern(folder);
  project.eslint?.allowDevDeps(`${folder}/**`);
}
project.eslint?.addLintPattern('jest');

// tables of cases read better on one line, and seeded generators are made of bits
project.eslint?.addOverride({
  files: ['bench/**', 'conformance/**', 'scripts/**', 'test/**'],
  rules: { '@stylistic/max-len': ['error', { code: 300 }], 'no-bitwise': 'off' },
});

// tests and examples import the library by its name
project.eslint?.addRules({ 'import/no-unresolved': ['error', { ignore: ['^cdk8s-zero-trust(/jest)?$'] }] });
// the package by its own name is external, whether or not it is compiled and resolves to files of this repository
project.eslint?.addRules({
  'import/order': ['warn', {
    groups: ['builtin', 'external'],
    alphabetize: { order: 'asc', caseInsensitive: true },
    pathGroups: [{ pattern: 'cdk8s-zero-trust{,/**}', group: 'external' }],
    pathGroupsExcludedImportTypes: ['builtin'],
  }],
});

// jest transpiles the tests without checking their types, and jsii compiles only src/
project.testTask.prependExec('tsc --noEmit -p test/tsconfig.json');

// the recorded truth, put to the library; other recordings can be given as arguments
const conformance = project.addTask('conformance', {
  description: 'Replay recorded verdicts: npm run conformance [-- FILE.jsonl.gz …]',
  exec: 'tsx --tsconfig test/tsconfig.json conformance/replay.ts',
  receiveArgs: true,
});

// broken manifests; a short run with a fixed seed is part of 'npm test'
const fuzz = project.addTask('fuzz', {
  description: 'Put broken manifests to PolicySet: npm run fuzz [-- --runs N] [--seed S] [--from FIRST]',
  exec: 'tsx --tsconfig test/tsconfig.json conformance/fuzz.ts',
  receiveArgs: true,
});

// whether tests and recordings notice a broken evaluator; takes too long for 'npm test'
project.addTask('mutants', {
  description: 'Break the evaluator in small ways: npm run mutants [-- --every N] [--offset K] [--only TEXT]',
  exec: 'tsx --tsconfig test/tsconfig.json conformance/mutants.ts',
  receiveArgs: true,
});

// what is rendered, put to the API server's own libraries; needs Go, so it is no part of 'npm test'
project.addTask('conformance:live', {
  description: 'Ask the API server about all that is rendered: npm run conformance:live [-- COUNT [SEED]]',
  exec: 'tsx --tsconfig test/tsconfig.json conformance/live.ts',
  receiveArgs: true,
});

// comparisons of recorded worlds before and after an edit; takes too long for 'npm test'
project.addTask('conformance:analysis', {
  description: 'Edit recorded worlds, and look whether a comparison says what that changes: npm run conformance:analysis [-- LIMIT [SEED]]',
  exec: 'tsx --tsconfig test/tsconfig.json conformance/analysis.ts',
  receiveArgs: true,
});

// the long form of the property test 'what is rendered is what was meant'
project.addTask('faithful', {
  description: 'Compare what is rendered with what was meant: npm run faithful [-- PAIRS [SEED]]',
  exec: 'tsx --tsconfig test/tsconfig.json scripts/faithful.ts',
  receiveArgs: true,
});

// jsii never deletes what an earlier build left in lib/, and npm packs all of lib/
project.preCompileTask.exec('rm -rf lib .jsii tsconfig.tsbuildinfo');

// half of the time to start up is gone so
project.compileTask.exec('tsx scripts/in-one-file.ts');

// cdk8s-zero-trust/jest: functions, which jsii does not export
project.compileTask.exec('tsx scripts/jest-matchers.ts');

// README, docs/ and doc comments, as a user would copy them; needs what the compiler wrote
const snippets = project.addTask('snippets', { description: 'Compiles the snippets of README.md, docs/ and the doc comments', exec: 'tsx scripts/check-snippets.ts' });
project.postCompileTask.spawn(snippets);

const demo = project.addTask('demo', { description: 'Synthesizes Online Boutique with the compiled library and prints who may call whom' });
demo.spawn(project.preCompileTask);
demo.spawn(project.compileTask);
demo.exec('tsx scripts/demo.ts');

// the tests of examples 08 and 11 run as their users would run them, that of 09 with the snapshot it ships
project.jest?.addTestMatch('<rootDir>/examples/{08,09,11,30}-*/**/*.test.ts');

// the npm package only; other languages are generated when they are published
const packageJs = project.tasks.tryFind('package:js')!;
project.packageTask.reset();
project.packageTask.spawn(packageJs);

// 'npm test' is everything that is checked, the build included
const consumers = project.addTask('consumers', { description: 'Uses the packed library in fresh apps', exec: 'tsx --tsconfig test/tsconfig.json scripts/consumers.ts' });
const verify = project.addTask('verify', { description: 'Builds, and runs every suite' });
verify.spawn(project.buildTask);
verify.spawn(conformance);
verify.spawn(fuzz);
verify.spawn(consumers);
project.package.setScript('test', 'npx projen verify');

// benches measure the library as it is published
const bench = project.addTask('bench', { description: 'Measure against a floor, in one run', receiveArgs: true });
bench.spawn(project.compileTask);
bench.exec('tsx --tsconfig bench/tsconfig.json bench/index.ts', { receiveArgs: true });

for (const folder of ['bench', 'conformance', 'docs', 'examples', 'rosetta', 'scripts', '.ci', 'API.md', 'CONTRIBUTING.md']) {
  project.addPackageIgnore(`/${folder}${folder.endsWith('.md') ? '' : '/'}`);
}
for (const pattern of ['/jest/*', '!/jest/index.js', '!/jest/index.d.ts']) {
  project.addPackageIgnore(pattern);
}

// an ES module finds no folder by its name
project.package.addField('exports', {
  '.': './lib/index.js',
  './jest': './jest/index.js',
  './package.json': './package.json',
  './.jsii': './.jsii',
});

// npm writes a lock that 'npm ci' refuses when optional platform packages are missing from the registry in use
project.package.addField('overrides', { 'unrs-resolver': '1.12.2' });

// jsii's banner on Node 20; the value is a list of Node majors
project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');

project.synth();
