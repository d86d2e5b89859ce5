-- What a step took of the machine.
ALTER TABLE pipeline_step ADD COLUMN resources TEXT;        -- JSON: StepResources; NULL: not measured
