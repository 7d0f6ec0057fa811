/** Whether Postgres keeps a text, in `text` and in `jsonb`: it takes neither U+0000 nor half a surrogate pair. */
export function isStorable(text: string): boolean {
  return !/[\0\p{Surrogate}]/u.test(text);
}
