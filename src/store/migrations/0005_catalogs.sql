-- Up Migration

-- Catalogs that are off; null: nobody has said which.
ALTER TABLE environments ADD COLUMN catalogs_off text[];

-- `<attribute>:<value>`: the events that the endpoint is for, and what it is counted by.
ALTER TABLE endpoints ADD COLUMN scope text;
