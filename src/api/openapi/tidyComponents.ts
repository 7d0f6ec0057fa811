const refStart = '#/components/schemas/';
const inputSuffix = 'Input';

/**
 * The library makes two components of every named schema, `X` for answers and `XInput` for requests. Those that nothing
 * refers to are left out, and an `XInput` that stands alone is called `X`.
 */
export function tidyComponents(document: object): object {
  const used = new Set<string>();
  const components = componentsOf(document);
  // What a component refers to counts only if the component itself is used: followed from the rest of the document.
  const waiting = refsIn({ ...document, components: undefined });
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (used.has(name)) continue;
    used.add(name);
    waiting.push(...refsIn(components[name]));
  }
  const shownName = (name: string): string => {
    const bare = name.endsWith(inputSuffix) ? name.slice(0, -inputSuffix.length) : name;
    return bare in components && !used.has(bare) ? bare : name;
  };
  const schemas = Object.fromEntries(
    [...used].toSorted().map((name) => [shownName(name), components[name]]),
  );
  const others = 'components' in document ? document.components : undefined;
  const tidy = { ...document, components: { ...(others as object | undefined), schemas } };
  return JSON.parse(JSON.stringify(tidy), (key, value: unknown) =>
    key === '$ref' && typeof value === 'string' && value.startsWith(refStart)
      ? refStart + shownName(value.slice(refStart.length))
      : value,
  ) as object;
}

function componentsOf(document: object): Record<string, unknown> {
  const { components } = document as { components?: { schemas?: Record<string, unknown> } };
  return components?.schemas ?? {};
}

/** The names of the components that a part of the document refers to. */
function refsIn(part: unknown): string[] {
  const refs: string[] = [];
  JSON.stringify(part, (key, value: unknown) => {
    if (key === '$ref' && typeof value === 'string' && value.startsWith(refStart)) {
      refs.push(value.slice(refStart.length));
    }
    return value;
  });
  return refs;
}
