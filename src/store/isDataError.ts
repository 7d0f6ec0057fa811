/** SQLSTATE class 22, "data exception": the same statement would fail the same again. */
export function isDataError(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code.startsWith('22')
  );
}
