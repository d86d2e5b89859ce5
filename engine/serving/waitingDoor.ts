import { createServer, type Server } from 'node:http';

/**
 * Stands in at a port for a server that has ended, until another one is ready: whoever asks is told to come again, instead of
 * not being answered.
 */
export class WaitingDoor {
  private server: Server | undefined;

  /** False: somebody else has the port. `seconds`: after which to come again. */
  open(port: number, message: () => string, seconds = 1): Promise<boolean> {
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(503, {
        'content-type': 'application/json',
        'retry-after': String(seconds),
        connection: 'close',
      });
      response.end(JSON.stringify({ error_code: 'TEMPORARILY_UNAVAILABLE', message: message() }));
    });
    return new Promise(resolve => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => {
        this.server = server;
        resolve(true);
      });
    });
  }

  async close(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server === undefined) return;
    const closed = new Promise<void>(resolve => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }
}
