-- Citus 12 or later: a hub's tables over several machines. On paper: written from the manual and not run, see docs/scale.md.
--
-- Run as the owner of the tables on the coordinator, after kulakan hub init and before the first shop, with no hub running;
-- again after an upgrade that brought tables. Every table that grows with the shops has the shop in its key right after
-- the distributor: it is spread by shop, all of them alike, so that a push touches one machine. The rest is small, read
-- everywhere and written by people: a copy on each machine.

CREATE EXTENSION IF NOT EXISTS citus;

DO $plan$
DECLARE
    found RECORD;
    first_of_shops TEXT;
BEGIN
    FOR found IN
        SELECT c.oid, c.relname AS name,
            EXISTS (
                SELECT 1 FROM pg_index i
                JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::int2[])
                WHERE i.indrelid = c.oid AND i.indisprimary AND a.attname = 'shop_id'
            ) AS of_shops
        FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> 'kulakan_schema'
            AND NOT EXISTS (SELECT 1 FROM pg_dist_partition d WHERE d.logicalrelid = c.oid)
        ORDER BY c.relname
    LOOP
        IF found.of_shops AND first_of_shops IS NULL THEN
            PERFORM create_distributed_table(found.oid, 'shop_id');
            first_of_shops := found.name;
        ELSIF found.of_shops THEN
            PERFORM create_distributed_table(found.oid, 'shop_id', colocate_with => first_of_shops);
        ELSE
            PERFORM create_reference_table(found.oid);
        END IF;
    END LOOP;
END
$plan$;
