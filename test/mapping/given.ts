import { compileMapping, type Mapping } from '../../src/mapping/compile.ts'
import type { ModelFile, ProviderFile } from '../../src/mapping/schema/index.ts'
import { models } from '../../src/models/index.ts'

const provider: ProviderFile = {
  name: 'Invented',
  source: 'invented',
  base: 'https://api.invented.example',
  hosts: ['api.invented.example'],
  auth: { api_key: {} },
}

/** Compiles a few members of a contacts file for one test; faults are answered as `pointer: message`. */
export function given(
  file: Partial<ModelFile>,
  more: Partial<ProviderFile> = {},
  model = 'contacts',
): Mapping & { faults: string[] } {
  const faults: string[] = []
  const mapping = compileMapping({
    id: 'invented',
    provider: { ...provider, ...more },
    model: models[model]!,
    file: { model, fields: { id: 'id' }, ...file },
    now: () => Date.UTC(2026, 0, 2),
    report: (pointer, message) => faults.push(`${pointer}: ${message}`),
  })
  return { ...mapping, faults }
}
