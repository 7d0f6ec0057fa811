import { cloudEventsBinary } from './cloudEventsBinary.js';
import { cloudEventsStructured } from './cloudEventsStructured.js';
import { form } from './form.js';
import type { Format } from './format.js';
import { raw } from './raw.js';
import { standard } from './standard.js';

/** The formats by the name that an endpoint asks for. To add one, see CONTRIBUTING.md. */
export const formats = {
  standard,
  'cloudevents-binary': cloudEventsBinary,
  'cloudevents-structured': cloudEventsStructured,
  raw,
  form,
} as const satisfies Record<string, Format>;

export type FormatName = keyof typeof formats;
export const formatNames = Object.keys(formats) as [FormatName, ...FormatName[]];
export type { Format, FormatInput, RenderedBody } from './format.js';
