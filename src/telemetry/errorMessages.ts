/**
 * An error's message and those of its causes, outermost first. One without a text, or whose text a message before it
 * has, says nothing and is left out. `isLast` ends the chain early.
 */
export function errorMessages(
  error: unknown,
  isLast: (error: Error) => boolean = () => false,
): [string, ...string[]] {
  const messages: string[] = [];
  for (let next = error; next instanceof Error; next = next.cause) {
    const { message } = next;
    if (message !== '' && !messages.some((earlier) => earlier.includes(message))) {
      messages.push(message);
    }
    if (isLast(next)) break;
  }
  const [first = String(error), ...causes] = messages;
  return [first, ...causes];
}
