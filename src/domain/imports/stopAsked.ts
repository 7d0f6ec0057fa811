/** Whether a receiver that acknowledged a batch wants no more of them: its answer is `{"stop": true}`, other members aside. */
export function stopAsked({
  body,
  bodyTruncated,
}: {
  body: string;
  bodyTruncated: boolean;
}): boolean {
  if (bodyTruncated || !body.includes('"stop"')) return false;
  try {
    const answer: unknown = JSON.parse(body);
    return (
      typeof answer === 'object' && answer !== null && 'stop' in answer && answer.stop === true
    );
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
