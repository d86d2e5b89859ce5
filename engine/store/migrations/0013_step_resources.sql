-- What a step took of the machine.
ALTER TABLE pipeline_step ADD COLUMN resources TEXT;        -- JSON: StepResources; NULL: not measured

-- A run of one step under a debugger: nothing that came of it is taken by another run.
ALTER TABLE pipeline_run ADD COLUMN debug TEXT;             -- node or python; NULL: a run like any other
