-- A database for a hub, once, as the server's administrator: psql -f setup.sql
--
-- The hub's role owns its tables and is no superuser, so that row-level security binds it: what a statement forgot to say
-- about whose rows it means, the server says for it.

CREATE ROLE kulakan LOGIN;
\password kulakan
CREATE DATABASE kulakan OWNER kulakan ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0;

-- Then, on each machine that runs a hub (KULAKAN_DATABASE shows the password to fewer eyes than a flag):
--   KULAKAN_DATABASE=postgres://kulakan:PASSWORD@HOST/kulakan kulakan hub init --name NAME      a new hub, or
--   kulakan hub migrate-to postgres://kulakan:PASSWORD@HOST/kulakan                             one that has a file
--   KULAKAN_DATABASE=... kulakan hub run --listen 0.0.0.0:7272                                  as many as are wanted
--
-- Each night: pg_dump --format=custom --file=hub.dump DATABASE. Back: pg_restore --dbname=DATABASE hub.dump
