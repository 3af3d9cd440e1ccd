/** The session's states, as a table and as a diagram, from the table that both sides run on. */
import {
  CONDITIONS,
  type MessageKind,
  SENDER,
  type SessionState,
  STATE_MEANING,
  TRANSITIONS,
} from '../../src/core/transitions.ts';
import { code, table } from './markdown.ts';

interface Transition {
  readonly state: SessionState;
  readonly message: MessageKind;
  readonly next: SessionState;
  readonly condition: string;
}

function transitions(): Transition[] {
  const all: Transition[] = [];
  for (const [state, row] of Object.entries(TRANSITIONS) as [SessionState, Row][]) {
    for (const [message, next] of Object.entries(row) as [MessageKind, SessionState][]) {
      const found = CONDITIONS.find((entry) => entry.state === state && entry.message === message);
      all.push({ state, message, next, condition: found?.condition ?? '' });
    }
  }
  return all;
}

type Row = (typeof TRANSITIONS)[SessionState];

export function stateTable(): string {
  const meanings = Object.entries(STATE_MEANING).map(([state, meaning]) => [code(state), meaning]);
  const rows = transitions().map(({ state, message, next, condition }) => [
    code(state),
    code(message),
    SENDER[message],
    code(next),
    condition,
  ]);
  return `${table(['state', 'meaning'], meanings)}\n${table(
    ['state', 'message', 'sender', 'next state', 'condition'],
    rows,
  )}`;
}

export function stateDiagram(): string {
  const states = Object.keys(STATE_MEANING).map((state) => `    state "${state}" as ${identifier(state)}`);
  const arrows = transitions().map(({ state, message, next, condition }) => {
    const mark = condition === '' ? '' : ' (conditional)';
    return `    ${identifier(state)} --> ${identifier(next)}: ${SENDER[message]}, ${message}${mark}`;
  });
  const lines = ['stateDiagram-v2', ...states, '    [*] --> setup', ...arrows, '    closed --> [*]'];
  return `\`\`\`mermaid\n${lines.join('\n')}\n\`\`\`\n\nA conditional arrow exists only on the condition that the table names.\n`;
}

/** The diagram's names have no hyphens. */
function identifier(state: string): string {
  return state.replaceAll('-', '_');
}
