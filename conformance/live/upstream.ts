import { createServer, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';

/** Something that requests are sent on to, which is made to answer as a test wants. */
export class Upstream {
  /** One that listens, and answers 200. */
  public static async start(): Promise<Upstream> {
    const server = createServer();
    const upstream = new Upstream(server);
    server.keepAliveTimeout = 60_000;
    server.on('connection', () => { upstream.connections++; });
    server.on('request', (_, response: ServerResponse) => upstream.take(response));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    upstream.port = (server.address() as AddressInfo).port;
    return upstream;
  }

  /** Requests that have come in. */
  public asked = 0;
  /** Connections by which they came. */
  public connections = 0;
  public port = 0;
  /** The status that is answered; undefined while answers are kept back. */
  private status: number | undefined = 200;
  private readonly kept: ServerResponse[] = [];

  private constructor(private readonly server: Server) {}

  /** Answers from now on, also what was kept back; undefined to keep back. */
  public answer(status: number | undefined): void {
    this.status = status;
    if (status !== undefined) { this.kept.splice(0).forEach(response => response.writeHead(status).end()); }
  }

  public stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private take(response: ServerResponse): void {
    this.asked++;
    if (this.status === undefined) { this.kept.push(response); } else { response.writeHead(this.status).end(); }
  }
}
