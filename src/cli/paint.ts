import { deliveryStates, type DeliveryState, type EndpointState } from '../domain/words.js';
import type { Terminal } from './terminal.js';

/** SGR parameters (ECMA-48). */
const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
export type Colour = keyof typeof codes;

const stateColours: Record<DeliveryState, Colour> = {
  pending: 'cyan',
  retrying: 'yellow',
  queued: 'yellow',
  delivered: 'green',
  failed: 'red',
  cancelled: 'dim',
};

const endpointColours: Record<EndpointState, Colour> = {
  open: 'green',
  down: 'red',
  paused: 'yellow',
  disabled: 'dim',
};

/** The text in a colour where the terminal has colours. */
export function paint(terminal: Terminal, colour: Colour, text: string): string {
  return terminal.usesColour ? `\u001B[${codes[colour]}m${text}\u001B[0m` : text;
}

/** The text in the colour of a state; any other is left as it is. */
export function paintState(terminal: Terminal, state: string, text = state): string {
  const known = deliveryStates.find((one) => one === state);
  return known === undefined ? text : paint(terminal, stateColours[known], text);
}

export function paintEndpointState(terminal: Terminal, state: EndpointState): string {
  return paint(terminal, endpointColours[state], state);
}
