// The shapes of the service's document, by the names that the page uses.

import type { components, operations } from './schema';

type Schemas = components['schemas'];

export type Account = Schemas['Account'];
export type AccountCheck = Schemas['AccountCheck'];
export type Asset = Schemas['Asset'];
export type AssetCounts = Schemas['AssetCounts'];
export type AssetList = Schemas['AssetList'];
export type AssetSummary = Schemas['AssetSummary'];
export type Connection = Schemas['Connection'];
export type Counts = Schemas['Counts'];
export type DriftAspect = Schemas['DriftAspect'];
export type DriftFinding = Schemas['Drift'];
export type DriftReport = Schemas['DriftReport'];
export type DriftResolution = Schemas['DriftResolution'];
export type DryRun = Schemas['DryRun'];
export type ExplainedField = Schemas['ExplainedField'];
export type Explanation = Schemas['Explanation'];
export type Facts = Schemas['Facts'];
export type OperationForm = Schemas['OperationList']['operations'][number];
export type FormInput = OperationForm['inputs'][number];
export type FormModel = OperationForm['models'][number];
export type FormParameter = OperationForm['parameters'][number];
export type Generation = Schemas['Generation'];
export type GenerationState = Schemas['GenerationState'];
export type GenerationSummary = Schemas['GenerationSummary'];
export type Job = Schemas['Job'];
export type Lineage = Schemas['Lineage'];
export type LineageEdge = Schemas['LineageEdge'];
export type LineageJob = Schemas['LineageJob'];
export type LineageNode = Schemas['LineageNode'];
export type LineageState = Schemas['LineageState'];
export type MadeToken = Schemas['MadeToken'];
export type MediaType = Schemas['MediaType'];
export type Mode = Schemas['Mode'];
export type NewAccount = Schemas['NewAccount'];
export type NewGeneration = Schemas['NewGeneration'];
export type Observation = Schemas['Observation'];
export type Operation = Schemas['Operation'];
export type Provider = Schemas['Provider'];
export type QuarantineItem = Schemas['QuarantineItem'];
export type Relation = Schemas['Relation'];
export type Run = Schemas['Run'];
export type RunItem = Schemas['RunItem'];
export type SaidBy = Schemas['SaidBy'];
export type Schema = Schemas['Schema'];
export type Status = Schemas['Status'];
export type Token = Schemas['Token'];

export type DriftQuery = NonNullable<operations['list_drift']['parameters']['query']>;
export type AssetQuery = NonNullable<operations['list_assets']['parameters']['query']>;
