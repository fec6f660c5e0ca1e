import { hostPattern, methodPattern, pathPattern } from './http-pattern';
import { OperationData, operationText } from './operation-data';
import { noFurther } from '../util/arguments';
import { atLeastOne, portNumber, text } from '../util/given';
import { InputStruct, MembersOf, taken } from '../util/members';
import { quoted, unique } from '../util/text';

/** On which HTTP ports of the workload an operation is offered. */
export interface HttpPortOptions {
  /**
   * Port numbers that the workload listens on (its container ports, not the ports of its Service).
   *
   * @default - every port of the workload that is declared HTTP
   */
  readonly ports?: number[];

  /**
   * The same by container port name.
   *
   * @default - none
   */
  readonly portNames?: string[];
}

/** What an HTTP operation is. */
export interface HttpOperationOptions extends HttpPortOptions {
  /** HTTP methods, upper case; `['*']` asks for any by name. */
  readonly methods: string[];

  /**
   * Paths, without query: exact `/a`, everything below `/a/*`, ending in `*.html`, or a template in which `{*}` is one segment and `{**}` the rest;
   * `['*']` asks for any by name. `/a/*` and `/a/{**}` do not include `/a` itself.
   */
  readonly paths: string[];

  /**
   * Hosts: exact, whatever port the request names beside it, or `*.suffix`, for requests that name none.
   *
   * @default - any host
   */
  readonly hosts?: string[];
}

/** How requests to a path and to everything below it are narrowed. */
export interface HttpScopeOptions extends HttpPortOptions {
  /**
   * HTTP methods, upper case.
   *
   * @default - any
   */
  readonly methods?: string[];

  /**
   * Hosts, as in `Operation.http`.
   *
   * @default - any host
   */
  readonly hosts?: string[];
}

const PORT_MEMBERS: MembersOf<HttpPortOptions> = { ports: 'value', portNames: 'value' };

const PORTS: InputStruct<HttpPortOptions> = { name: 'HttpPortOptions', members: PORT_MEMBERS };

const HTTP: InputStruct<HttpOperationOptions> = { name: 'HttpOperationOptions', members: { ...PORT_MEMBERS, methods: 'needed', paths: 'needed', hosts: 'value' } };

const SCOPE: InputStruct<HttpScopeOptions> = { name: 'HttpScopeOptions', members: { ...PORT_MEMBERS, methods: 'value', hosts: 'value' } };

/**
 * What is called at a workload: HTTP methods and paths, a gRPC method, a TCP port.
 *
 * Rendered as one `operation` of an AuthorizationPolicy, always with the ports that it is offered on.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/#Operation
 */
export class Operation {
  /**
   * HTTP requests with one of the methods to one of the paths.
   *
   * @param options methods and paths, and where wanted hosts and ports
   * @throws where a list is missing or empty, or a pattern would never match or match too much
   */
  public static http(options: HttpOperationOptions): Operation {
    noFurther('Operation.http', arguments, 1, 'give each its own operation');
    const given = taken('Operation.http', HTTP, options);
    const methods = atLeastOne('methods', given.methods, "name them, as in ['GET'], or ask for any by ['*']");
    const paths = atLeastOne('paths', given.paths, "name them, as in ['/api/*'], or ask for any by ['*']");
    return new Operation({
      kind: 'http',
      methods: anyOrAll('methods', methods.map((method, i) => methodPattern(`methods[${i}]`, method))),
      paths: anyOrAll('paths', paths.map((path, i) => pathPattern(`paths[${i}]`, path))),
      hosts: given.hosts === undefined ? [] : hosts(given.hosts),
      ports: portsOf(given),
    });
  }

  /**
   * Every HTTP request on the HTTP ports, asked for by name.
   *
   * @param options the ports, where not all of them are meant
   */
  public static anyHttp(options: HttpPortOptions = {}): Operation {
    noFurther('Operation.anyHttp', arguments, 1, 'give all ports in one list');
    return Operation.http({ ...taken('Operation.anyHttp', PORTS, options), methods: ['*'], paths: ['*'] });
  }

  /**
   * GET requests to the paths.
   *
   * @param paths at least one, as in `Operation.http`
   */
  public static get(...paths: string[]): Operation { return Operation.http({ methods: ['GET'], paths }); }

  /**
   * HEAD requests to the paths.
   *
   * @param paths at least one, as in `Operation.http`
   */
  public static head(...paths: string[]): Operation { return Operation.http({ methods: ['HEAD'], paths }); }

  /**
   * POST requests to the paths.
   *
   * @param paths at least one, as in `Operation.http`
   */
  public static post(...paths: string[]): Operation { return Operation.http({ methods: ['POST'], paths }); }

  /**
   * PUT requests to the paths.
   *
   * @param paths at least one, as in `Operation.http`
   */
  public static put(...paths: string[]): Operation { return Operation.http({ methods: ['PUT'], paths }); }

  /**
   * PATCH requests to the paths.
   *
   * @param paths at least one, as in `Operation.http`
   */
  public static patch(...paths: string[]): Operation { return Operation.http({ methods: ['PATCH'], paths }); }

  /**
   * DELETE requests to the paths.
   *
   * @param paths at least one, as in `Operation.http`
   */
  public static delete(...paths: string[]): Operation { return Operation.http({ methods: ['DELETE'], paths }); }

  /**
   * OPTIONS requests to the paths.
   *
   * @param paths at least one, as in `Operation.http`
   */
  public static options(...paths: string[]): Operation { return Operation.http({ methods: ['OPTIONS'], paths }); }

  /**
   * Requests to a path and to everything below it: `under('/payments')` is `/payments` and `/payments/*`.
   *
   * @param path the path: exact, or a template in which `{*}` is one segment
   * @param options methods, where not all of them are meant, hosts and ports
   */
  public static under(path: string, options: HttpScopeOptions = {}): Operation {
    noFurther('Operation.under', arguments, 2, 'give each path its own operation');
    return Operation.http({ methods: ['*'], ...taken('Operation.under', SCOPE, options), paths: pathAndBelow(path) });
  }

  /**
   * Calls of a gRPC service: `POST /SERVICE/METHOD`.
   *
   * @param service the full name with its package, such as `shop.v1.CartService`
   * @param methods at least one, such as `AddItem`; `*` asks for the whole service by name
   */
  public static grpc(service: string, ...methods: string[]): Operation {
    if (typeof service !== 'string' || !/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(service)) {
      throw new Error(`service must be a gRPC service name such as 'shop.v1.CartService', got ${quoted(service)}; give package and name as in the .proto file`);
    }
    const names = atLeastOne('methods', methods, "name them, as in Operation.grpc('shop.v1.CartService', 'AddItem'), or ask for the whole service by '*'");
    const paths = anyOrAll('methods', names.map((name, i) => grpcMethod(`methods[${i}]`, name))).map(name => `/${service}/${name}`);
    return Operation.http({ methods: ['POST'], paths });
  }

  /**
   * Everything on a TCP port.
   *
   * @param port the number that the workload listens on (its container port, not the port of its Service)
   */
  public static tcp(port: number): Operation {
    noFurther('Operation.tcp', arguments, 1, 'give each port its own operation');
    return new Operation({ kind: 'tcp', port: portNumber('port', port) });
  }

  /**
   * Everything on a TCP port.
   *
   * @param portName the name of the container port
   */
  public static tcpNamed(portName: string): Operation {
    noFurther('Operation.tcpNamed', arguments, 1, 'give each port its own operation');
    return new Operation({ kind: 'tcp', port: text('portName', portName, 'give the name of the container port') });
  }

  /** @internal */
  public readonly _data: OperationData;

  private constructor(data: OperationData) { this._data = data; }

  /** What is called, as text for tables and messages: `GET, POST /api/*`, `TCP on port 5432`. */
  public describeOperation(): string { return operationText(this._data); }
}

function anyOrAll(prop: string, patterns: string[]): string[] {
  if (patterns.length > 1 && patterns.includes('*')) {
    throw new Error(`${prop} must be either '*' alone or a list without it, got ${quoted(patterns)}; '*' already asks for any`);
  }
  return unique(patterns);
}

/** A path and all below it, which one pattern cannot say. */
function pathAndBelow(path: string): string[] {
  const isWhole = typeof path === 'string' && path.startsWith('/') && !/[*/]$|\{\*\*\}/.test(path.replaceAll('{*}', 'x'));
  if (!isWhole) {
    const meant = typeof path !== 'string' ? '' : path.replace(/\/?\*?$|\/\{\*\*\}$/, '');
    throw new Error(`path must be one path below '/' without what follows it, got ${quoted(path)}; ${/^\/./.test(meant) ? `did you mean '${meant}'?` : 'for every path use Operation.anyHttp'}`);
  }
  return [path, path.includes('{') ? `${path}/{**}` : `${path}/*`];
}

function grpcMethod(prop: string, name: string): string {
  if (typeof name !== 'string' || (name !== '*' && !/^[A-Za-z_]\w*$/.test(name))) {
    throw new Error(`${prop} must be a gRPC method name such as 'AddItem', got ${quoted(name)}; ask for the whole service by '*'`);
  }
  return name;
}

function hosts(given: readonly string[]): string[] {
  return unique(atLeastOne('hosts', given, 'name a host, or leave hosts out to allow any').map((host, i) => hostPattern(`hosts[${i}]`, host)));
}

function portsOf(options: HttpPortOptions): (number | string)[] {
  const remedy = 'name a port that the workload listens on, or leave the list out for all that are declared HTTP';
  const numbers = options.ports === undefined ? [] : atLeastOne('ports', options.ports, remedy).map((port, i) => portNumber(`ports[${i}]`, port));
  const names = options.portNames === undefined ? [] : atLeastOne('portNames', options.portNames, remedy).map((name, i) => text(`portNames[${i}]`, name, remedy));
  return unique([...numbers, ...names]);
}
