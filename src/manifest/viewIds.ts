export const viewIds = ['modelyard.pipelines', 'modelyard.experiments', 'modelyard.models'] as const;
export type ViewId = (typeof viewIds)[number];
