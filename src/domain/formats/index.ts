import { cloudEventsBinary } from './cloudEventsBinary.js';
import { cloudEventsStructured } from './cloudEventsStructured.js';
import { form } from './form.js';
import type { Format } from './format.js';
import { raw } from './raw.js';
import { standard } from './standard.js';

/** The formats for events of any type, by name; catalogs have more. To add one, see CONTRIBUTING.md. */
export const formats = {
  standard,
  'cloudevents-binary': cloudEventsBinary,
  'cloudevents-structured': cloudEventsStructured,
  raw,
  form,
} as const satisfies Record<string, Format>;
