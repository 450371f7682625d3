import type { Report } from './report.ts'
import type { ProviderFile } from './schema/index.ts'
import { compileFill, OMIT } from './template.ts'

/** Compiles the headers that a provider wants with every request, filled with the answers of a connection. */
export function compileHeaders(
  { headers }: ProviderFile,
  report: Report = () => {},
): (connection: unknown) => Record<string, string> {
  if (!headers) return () => ({})
  const fill = compileFill(headers, '/headers', { place: 'header', report })
  return connection => {
    const filled = fill({ connection })
    if (filled === OMIT) return {}
    return Object.fromEntries(
      Object.entries(filled as Record<string, unknown>).map(([name, value]) => [name.toLowerCase(), String(value)]),
    )
  }
}
