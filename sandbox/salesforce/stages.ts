export interface Stage {
  name: string
  /** In percent, for an opportunity that enters the stage without one of its own. */
  probability: number
  closed: boolean
  won: boolean
}

const stage = (name: string, probability: number, closed = false, won = false): Stage => ({
  name,
  probability,
  closed,
  won,
})

/** A working part of the stages that a new account has, with their probabilities. */
export const stages: readonly Stage[] = [
  stage('Prospecting', 10),
  stage('Qualification', 10),
  stage('Proposal/Price Quote', 75),
  stage('Negotiation/Review', 90),
  stage('Closed Won', 100, true, true),
  stage('Closed Lost', 0, true),
]

export const findStage = (name: unknown): Stage | undefined => stages.find(found => found.name === name)
