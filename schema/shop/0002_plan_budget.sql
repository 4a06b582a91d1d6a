-- What a cash budget took from the plan, as JSON; null where there was none. The lines say what became of them.
ALTER TABLE plans ADD COLUMN budget TEXT;
