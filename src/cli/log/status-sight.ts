/** The status socket of a server: one that was asked for, or one that is there by default and stops nothing. */
import { EcholotError } from '../../core/errors.ts';
import { type EchoServer, type StatusSocket, serveStatus } from '../../index.ts';
import { namedSocket, ownSocket, thisOwner } from '../folders/status-sockets.ts';

export class StatusSight {
  private readonly note: (message: string) => void;
  private socket: StatusSocket | undefined;

  /** @param note what keeps it from answering */
  constructor(note: (message: string) => void) {
    this.note = note;
  }

  /** Before the server, so that a socket that cannot be had is an error. @throws EcholotError `usage` */
  async openAt(path: string): Promise<void> {
    this.socket = await this.open(namedSocket(thisOwner(), path));
  }

  /** Tells of this server from now on: at the default place where none was asked for. */
  async show(server: EchoServer): Promise<void> {
    try {
      this.socket ??= await this.openByDefault(server.endpoints[0]?.port ?? 0);
    } catch (error) {
      if (!(error instanceof EcholotError)) throw error;
      this.note(`no status socket: ${error.message}`);
    }
    this.socket?.show(server);
  }

  close(): void {
    this.socket?.close();
  }

  private async openByDefault(port: number): Promise<StatusSocket | undefined> {
    const path = ownSocket(thisOwner(), port);
    return path === undefined ? undefined : await this.open(path);
  }

  private open(path: string): Promise<StatusSocket> {
    const onTrouble = (error: unknown): void =>
      this.note(`status socket: ${error instanceof Error ? error.message : String(error)}`);
    return serveStatus({ path, onTrouble });
  }
}
