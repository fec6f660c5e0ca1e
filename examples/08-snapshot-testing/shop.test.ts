import { App, Testing } from 'cdk8s';
import { build } from './main';

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: any; // whatever the kind has
}

/** All that the app renders, in order: the same on every run and every machine. */
function synthesize(): Manifest[] {
  const app: App = Testing.app();
  build(app);
  return app.charts.flatMap(chart => chart.toJson() as Manifest[]);
}

function ofKind(kind: string): Manifest[] {
  return synthesize().filter(manifest => manifest.kind === kind);
}

// a snapshot shows a reviewer each change; put it where it is read
test('what web may do at api is what was reviewed', () => {
  const access = ofKind('AuthorizationPolicy').find(({ metadata }) => metadata.name.includes('web-to-api'));

  expect(access?.spec.rules).toMatchInlineSnapshot(`
    [
      {
        "from": [
          {
            "source": {
              "principals": [
                "prod.example.com/ns/shop/sa/web",
              ],
            },
          },
        ],
        "to": [
          {
            "operation": {
              "methods": [
                "GET",
              ],
              "paths": [
                "/products/*",
              ],
              "ports": [
                "8080",
              ],
            },
          },
        ],
      },
    ]
  `);
});

// an expectation says what must stay true, whatever else changes
test('nobody but web may call anything', () => {
  const callers = ofKind('AuthorizationPolicy')
    .flatMap(({ spec }) => spec.rules ?? [])
    .flatMap((rule: any) => rule.from ?? ['anyone'])
    .flatMap((from: any) => from.source?.principals ?? [from]);

  expect(callers).toEqual(['prod.example.com/ns/shop/sa/web']);
});

test('plaintext is refused', () => {
  const modes = ofKind('PeerAuthentication').map(({ spec }) => spec.mtls.mode);

  expect(new Set(modes)).toEqual(new Set(['STRICT']));
});

test('two runs render the same', () => {
  expect(synthesize()).toEqual(synthesize());
});
