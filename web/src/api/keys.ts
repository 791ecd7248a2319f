// The names of cached answers, so that what changes something can say what must be asked for again.

export const keys = {
  providers: ['providers'] as const,
  accounts: ['accounts'] as const,
  check: (account: string) => ['check', account] as const,
  connection: (id: string) => ['connection', id] as const,
  scan: (account: string) => ['scan', account] as const,
  runs: ['runs'] as const,
  runItems: (run: string, outcome: string) => ['run-items', run, outcome] as const,
  lineageJob: (id: string) => ['lineage-job', id] as const,
  counts: ['counts'] as const,
  gallery: ['gallery'] as const,
  asset: (id: string) => ['asset', id] as const,
  observations: (id: string) => ['observations', id] as const,
  lineage: (id: string) => ['lineage', id] as const,
  quarantine: ['quarantine'] as const,
  explanation: (id: string) => ['explanation', id] as const,
  generations: ['generations'] as const,
  generation: (id: string) => ['generation', id] as const,
  job: (id: string) => ['job', id] as const,
  schemas: ['schemas'] as const,
  tokens: ['tokens'] as const,
};
