-- What holds of every table of the hub on PostgreSQL, run after the migrations so that no later table can be forgotten.

DO $guard$
DECLARE
    found RECORD;
BEGIN
    -- Texts sort as they do in SQLite, whatever the database was made with.
    FOR found IN
        SELECT c.table_name, c.column_name
        FROM information_schema.columns c
        JOIN information_schema.tables t
            ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.table_type = 'BASE TABLE'
        WHERE c.table_schema = current_schema() AND c.data_type = 'text' AND c.collation_name IS DISTINCT FROM 'C'
            AND (SELECT datcollate FROM pg_database WHERE datname = current_database()) NOT IN ('C', 'POSIX')
    LOOP
        EXECUTE format('ALTER TABLE %I ALTER COLUMN %I TYPE TEXT COLLATE "C"', found.table_name, found.column_name);
    END LOOP;

    -- The second wall between tenants: a transaction sees and writes rows of the tenant that it was begun for and of no
    -- other, whatever its statements say; the owner of the tables too. It stands around every table that is keyed by
    -- tenant. What is looked up before the tenant is known, by the digest of a credential, is keyed by that instead.
    FOR found IN
        SELECT c.relname AS table_name
        FROM pg_class c
        JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] AND a.attname = 'tenant_id'
        WHERE c.relnamespace = to_regnamespace(current_schema()::text) AND c.relkind IN ('r', 'p')
            AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
    LOOP
        EXECUTE format('DROP POLICY IF EXISTS kulakan_tenant ON %I', found.table_name);
        EXECUTE format('CREATE POLICY kulakan_tenant ON %I USING (tenant_id = current_setting(''kulakan.tenant'', true)) '
            'WITH CHECK (tenant_id = current_setting(''kulakan.tenant'', true))', found.table_name);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', found.table_name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', found.table_name);
    END LOOP;

    -- A link belongs to two of them, and each sees it.
    FOR found IN
        SELECT c.relname AS table_name FROM pg_class c
        WHERE c.relnamespace = to_regnamespace(current_schema()::text) AND c.relname = 'shop_links'
            AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
    LOOP
        DROP POLICY IF EXISTS kulakan_sides ON shop_links;
        CREATE POLICY kulakan_sides ON shop_links
            USING (current_setting('kulakan.tenant', true) IN (home_tenant, tenant))
            WITH CHECK (current_setting('kulakan.tenant', true) IN (home_tenant, tenant));
        ALTER TABLE shop_links ENABLE ROW LEVEL SECURITY;
        ALTER TABLE shop_links FORCE ROW LEVEL SECURITY;
    END LOOP;
END
$guard$;
