/** What a lane has of a flow beyond its connection: whoever speaks on it, in the one protocol or the other. */
import type { ConnectionHandler } from '../connection.ts';
import type { FlowCommand } from './flow.ts';

export interface FlowDriver extends ConnectionHandler {
  /** Whether nothing is under way that a close would cut off. */
  readonly hasEnded: boolean;
  command(command: FlowCommand): void;
  /** Tells a last portion, and nothing after it. The connection is closed by the caller. */
  close(): void;
}
