import { withCoverage } from './coverage-table.ts'
import { contentOf, type Output } from './output.ts'
import { withSettings } from './settings-table.ts'

const FILE = 'README.md'

/** The README with its tables: settings from the schema of the configuration, coverage from the mappings. */
export const readme = async (): Promise<Output> => ({
  file: FILE,
  content: withCoverage(withSettings((await contentOf(FILE)) ?? '')),
})
