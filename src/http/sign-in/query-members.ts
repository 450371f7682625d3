/** Parameters of the form `name[key]=value`, as the documented browser client sends what is grouped. */
export const membersOf = (query: URLSearchParams, name: string): Record<string, string> =>
  Object.fromEntries(
    [...query].flatMap(([key, value]) =>
      key.startsWith(`${name}[`) && key.endsWith(']') ? [[key.slice(name.length + 1, -1), value]] : [],
    ),
  )
