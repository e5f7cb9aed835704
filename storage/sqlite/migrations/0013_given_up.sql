-- Why a step was given up: Discord's error code; null where Discord did not refuse it.
ALTER TABLE steps ADD COLUMN refused INTEGER;
