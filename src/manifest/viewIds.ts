export const viewIds = [
  'modelyard.pipelines',
  'modelyard.experiments',
  'modelyard.models',
  'modelyard.features',
] as const;
export type ViewId = (typeof viewIds)[number];
